"""Prints, for each confidence from 0 to 100, the words of the scales of `stix2` and the numbers that it has for these."""

import json

from stix2.confidence import scales

SCALES = [
    (scales.value_to_none_low_medium_high, scales.none_low_med_high_to_value),
    (scales.value_to_zero_ten, scales.zero_ten_to_value),
    (scales.value_to_admiralty_credibility, scales.admiralty_credibility_to_value),
    (scales.value_to_wep, scales.wep_to_value),
    (scales.value_to_dni, scales.dni_to_value),
]

for confidence in range(101):
    words = [to_word(confidence) for to_word, _ in SCALES]
    print(json.dumps([[word, to_number(word)] for word, (_, to_number) in zip(words, SCALES)]))

#!/usr/bin/env bash
# Real TAXII servers for the tests in tests/live, on 127.0.0.1 alone.
#
#   tests/servers/serve.sh start [NAME]...    starts them, or all
#   tests/servers/serve.sh stop               stops all
#   STIXKIT_TAXII=target/taxii cargo test --all-features --test it live::
#
#   medallion       medallion 3.0.0, TAXII 2.1, http://127.0.0.1:5021/taxii2/, Basic admin:Password0, 500 objects in "big"
#   medallion-brief the same on port 5022, with cursors that it forgets after a second
#   medallion20     medallion 1.1.0, TAXII 2.0, http://127.0.0.1:5020/taxii/, Basic admin:Password0 or `Token 123456`
#   opentaxii       OpenTAXII 0.9.3, TAXII 2.1, http://127.0.0.1:5030/taxii2/, Basic admin:Password0, 2,500 objects in "big"
#   nginx           in front of medallion: 5443 TLS with an issuer of its own and gzip, 5444 with a client's certificate too,
#                   5445 redirects to 5443, which is another origin, 5446 says 429 with Retry-After
#
# What they are made of, their logs and their data are in $STIXKIT_TAXII, by default target/taxii. Needed are python3 with
# venv, openssl, and nginx or apt-get to get it with. The collections are those of seed.py: in "big" seven objects share
# each date of addition, so that ties fall on the borders of pages.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${STIXKIT_TAXII:-$here/../../target/taxii}
mkdir -p "$work"
work=$(cd "$work" && pwd)

ALL="medallion medallion-brief medallion20 opentaxii nginx"

fail() {
    echo "error: $*" >&2
    exit 1
}

# venv NAME PACKAGE...: makes a Python environment unless it is there.
venv() {
    local folder=$work/$1
    shift
    [ ! -f "$folder/.ready" ] || return 0
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
    touch "$folder/.ready"
}

# background NAME COMMAND...: starts it, and remembers it for `stop`.
background() {
    local name=$1
    shift
    "$@" >"$work/$name.log" 2>&1 </dev/null &
    echo $! >"$work/$name.pid"
}

running() {
    [ -f "$work/$1.pid" ] && kill -0 "$(cat "$work/$1.pid")" 2>/dev/null
}

# wait_for NAME PORT: until it listens, for half a minute.
wait_for() {
    for _ in $(seq 150); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then return 0; fi
        running "$1" || break
        sleep 0.2
    done
    tail -n 20 "$work/$1.log" >&2
    fail "$1 does not listen on port $2; see $work/$1.log"
}

# medallion NAME PORT SECONDS: one whose cursors live for so long.
medallion() {
    venv medallion3 medallion==3.0.0
    python3 "$here/seed.py" medallion21 "$work/$1.json" 500 "$2"
    cat >"$work/$1.conf" <<JSON
{"backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
             "filename": "$work/$1.json", "session_timeout": $3},
 "users": {"admin": "Password0"}, "taxii": {"max_page_size": 100}}
JSON
    background "$1" "$work/medallion3/bin/medallion" --host 127.0.0.1 --port "$2" --log-level WARN "$work/$1.conf"
    wait_for "$1" "$2"
}

start_medallion() {
    medallion medallion 5021 30
}

start_medallion_brief() {
    medallion medallion-brief 5022 1
}

start_medallion20() {
    venv medallion1 medallion==1.1.0 "PyJWT<2"
    python3 "$here/seed.py" medallion20 "$work/medallion20.json" 500 5020
    "$work/medallion1/bin/python" - "$work" <<'PY'
import json, sys
from werkzeug.security import generate_password_hash
work = sys.argv[1]
with open(work + "/medallion20.conf", "w") as file:
    json.dump({
        "multi-auth": ["basic", "api_key", "jwt"],
        "auth": {"module": "medallion.backends.auth.memory_auth", "module_class": "AuthMemoryBackend",
                 "users": {"admin": generate_password_hash("Password0", method="pbkdf2:sha256:1000")},
                 "api_keys": {"123456": "admin"}},
        "backend": {"module": "medallion.backends.taxii.memory_backend", "module_class": "MemoryBackend",
                    "filename": work + "/medallion20.json"},
        "taxii": {"max_page_size": 100},
        "flask": {"SECRET_KEY": "only-for-tests-only-for-tests-only"}}, file)
PY
    background medallion20 "$work/medallion1/bin/python" "$here/medallion20_run.py" --host 127.0.0.1 --port 5020 \
        --log-level WARN "$work/medallion20.conf"
    wait_for medallion20 5020
}

start_opentaxii() {
    venv opentaxii093 opentaxii==0.9.3 waitress
    rm -f "$work"/opentaxii-*.db
    cat >"$work/opentaxii.yml" <<YAML
domain: "127.0.0.1:5030"
support_basic_auth: yes
return_server_error_details: no
taxii2:
  persistence_api:
    class: opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI
    parameters: {db_connection: "sqlite:///$work/opentaxii-data.db", create_tables: yes}
  title: "OpenTAXII test"
  description: "seeded"
  public_discovery: true
  max_content_length: 1000000
auth_api:
  class: opentaxii.auth.sqldb.SQLDatabaseAPI
  parameters: {db_connection: "sqlite:///$work/opentaxii-auth.db", create_tables: yes, secret: only-for-tests, token_ttl_secs: 3600}
taxii1:
logging: {opentaxii: info, root: info}
YAML
    export OPENTAXII_CONFIG=$work/opentaxii.yml PYTHONPATH=$here
    "$work/opentaxii093/bin/python" -B "$here/seed_opentaxii.py" 2500 >"$work/opentaxii-seed.log" 2>&1 ||
        fail "OpenTAXII cannot be filled; see $work/opentaxii-seed.log"
    background opentaxii "$work/opentaxii093/bin/python" -B -m waitress --listen=127.0.0.1:5030 opentaxii_patched:app
    wait_for opentaxii 5030
}

# certificates: an issuer, a server and a client of it.
certificates() {
    local name
    mkdir -p "$work/tls"
    cd "$work/tls"
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 365 -subj "/CN=TAXII test issuer"
    for name in server client; do
        openssl req -newkey rsa:2048 -nodes -keyout $name.key -out $name.csr -subj "/CN=$name"
        printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=%sAuth\n' $name >$name.ext
        openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -extfile $name.ext -out $name.pem
    done
    openssl pkcs12 -export -in client.pem -inkey client.key -out client.p12 -passout pass:test
}

start_nginx() {
    running medallion || start_medallion
    local folder=$work/nginx tls=$work/tls bin
    bin=$(command -v nginx || echo "$folder/root/usr/sbin/nginx")
    if [ ! -x "$bin" ]; then
        # Unpacked, not installed: no service starts, and nothing of the machine changes.
        mkdir -p "$folder"
        (cd "$folder" && apt-get -qq update && apt-get -qq download nginx >/dev/null && dpkg -x nginx_*.deb root) ||
            fail "there is no nginx, and apt-get brings none"
    fi
    [ -f "$tls/client.p12" ] || (certificates) >"$work/openssl.log" 2>&1 || fail "no certificates; see $work/openssl.log"
    mkdir -p "$folder/run"
    : >"$work/access.log"
    cat >"$folder/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $folder/run/nginx.pid; error_log $work/nginx-error.log;
events { worker_connections 64; }
http {
  log_format heard '\$server_port \$status \$request_uri encoding="\$sent_http_content_encoding" authorization="\$http_authorization" key="\$http_x_api_key"';
  access_log $work/access.log heard;
  client_body_temp_path $folder/run/b; proxy_temp_path $folder/run/p; fastcgi_temp_path $folder/run/f;
  uwsgi_temp_path $folder/run/u; scgi_temp_path $folder/run/s;
  gzip on; gzip_min_length 1; gzip_proxied any; gzip_types application/taxii+json "application/taxii+json;version=2.1";
  limit_req_zone \$server_port zone=slow:1m rate=2r/s; limit_req_status 429;
  ssl_certificate $tls/server.pem; ssl_certificate_key $tls/server.key; ssl_protocols TLSv1.2 TLSv1.3;
  server { listen 127.0.0.1:5443 ssl; location / { proxy_pass http://127.0.0.1:5021; proxy_set_header Host 127.0.0.1:5443; }
           location /to-http/ { return 302 http://127.0.0.1:5021/taxii2/; } }
  server { listen 127.0.0.1:5444 ssl; ssl_client_certificate $tls/ca.pem; ssl_verify_client on; location / { proxy_pass http://127.0.0.1:5021; } }
  server { listen 127.0.0.1:5445 ssl; location / { return 302 https://127.0.0.1:5443\$request_uri; } }
  server { listen 127.0.0.1:5446 ssl; error_page 429 = @slow; location @slow { internal; add_header Retry-After 1 always; return 429; }
           location / { limit_req zone=slow; proxy_pass http://127.0.0.1:5021; } }
}
CONF
    background nginx "$bin" -c "$folder/nginx.conf" -p "$folder/run"
    wait_for nginx 5443
}

# missing: what has to be there and is not.
missing() {
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo "python3 with the modules venv and ensurepip"
    command -v nginx >/dev/null || command -v apt-get >/dev/null || echo "nginx, or apt-get to get it with"
}

start() {
    local lacks name
    lacks=$(missing)
    [ -z "$lacks" ] || fail "needed and not there: $lacks"
    for name in "$@"; do
        [[ " $ALL " == *" $name "* ]] || fail "no server is named $name; there are: $ALL"
        running "$name" || "start_${name//-/_}"
        echo "$name runs"
    done
}

stop() {
    local file
    for file in "$work"/*.pid; do
        [ -f "$file" ] || continue
        kill "$(cat "$file")" 2>/dev/null || true
        rm -f "$file"
    done
}

case ${1:-} in
start)
    shift
    # shellcheck disable=SC2086
    start ${*:-$ALL}
    ;;
stop) stop ;;
missing) missing ;;
*)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
    exit 2
    ;;
esac

#!/usr/bin/env bash
# Real TAXII servers for the tests in tests/live, on 127.0.0.1 alone.
#
#   tests/servers/serve.sh run COMMAND...     starts all, runs the command with STIXKIT_TAXII set, stops all
#   tests/servers/serve.sh start [NAME]...    starts them, or all
#   tests/servers/serve.sh stop               stops all
#
#   tests/servers/serve.sh run cargo test --all-features --test it live::
#
#   medallion       medallion 3.0.0, TAXII 2.1, http://127.0.0.1:5021/taxii2/, Basic admin:Password0, 500 objects in "big"
#   medallion-brief the same on port 5022, with cursors that it forgets after a second
#   medallion20     medallion 1.1.0, TAXII 2.0, http://127.0.0.1:5020/taxii/, Basic admin:Password0 or `Token 123456`
#   opentaxii       OpenTAXII 0.9.3, TAXII 2.1, http://127.0.0.1:5030/taxii2/, Basic admin:Password0, 2,500 objects in "big"
#   fastapi         fastapi_app.py on FastAPI, TAXII 2.1, http://127.0.0.1:5050/taxii2/, 500 objects in "big", a limit of at most 100
#   nginx           in front of medallion: 5443 TLS with an issuer of its own and gzip, 5444 with a client's certificate too,
#                   5445 redirects to 5443, which is another origin, 5446 says 429 with Retry-After, 5447 sends each request to
#                   medallion or medallion-brief in turns
#
# What they are made of, their logs and their data are in $STIXKIT_TAXII, by default target/taxii. Needed are python3 with
# venv, openssl, and nginx or apt-get to get it with; the releases of what they stand on are bounded by constraints.txt. The
# collections are those of seed.py: in "big" seven objects share each date of addition, so that ties fall on the borders
# of pages.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${STIXKIT_TAXII:-$here/../../target/taxii}
mkdir -p "$work"
work=$(cd "$work" && pwd)

ALL="medallion medallion-brief medallion20 opentaxii fastapi nginx"

fail() {
    echo "error: $*" >&2
    exit 1
}

# bounded SECONDS COMMAND...: what asks the network must not hang.
bounded() {
    if command -v timeout >/dev/null; then timeout "$@"; else "${@:2}"; fi
}

# venv NAME PACKAGE...: makes a Python environment unless it is there.
venv() {
    local folder=$work/$1
    shift
    [ ! -f "$folder/.ready" ] || return 0
    rm -rf "$folder"
    python3 -m venv "$folder"
    bounded 300 "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --constraint "$here/constraints.txt" "$@"
    touch "$folder/.ready"
}

# nginx: a program of this machine, or else one that is unpacked and not installed, so that no service starts.
nginx_program() {
    command -v nginx || echo "$work/nginx/root/usr/sbin/nginx"
}

get_nginx() {
    local root=()
    [ ! -x "$(nginx_program)" ] || return 0
    [ "$(id -u)" -eq 0 ] || root=(sudo -n)
    mkdir -p "$work/nginx"
    cd "$work/nginx"
    rm -rf root nginx_*.deb
    # Where the lists are old, they name a file that is gone.
    bounded 120 apt-get -qq download nginx ||
        { bounded 300 "${root[@]}" apt-get -qq update && bounded 120 apt-get -qq download nginx; }
    dpkg -x nginx_*.deb root
}

# install NAME: what a server is made of.
install() {
    case $1 in
    medallion) venv medallion3 medallion==3.0.0 ;;
    medallion20) venv medallion1 medallion==1.1.0 "PyJWT<2" ;;
    opentaxii) venv opentaxii093 opentaxii==0.9.3 waitress ;;
    fastapi) venv fastapi fastapi uvicorn ;;
    nginx) get_nginx ;;
    esac
}

# install_all NAME...: at the same time, since most of it is waiting.
install_all() {
    local name jobs=() names=()
    while read -r name; do
        # Not under an `if` or `||`, where the first error would not end it.
        (install "$name") >"$work/install-$name.log" 2>&1 &
        jobs+=($!) names+=("$name")
    done < <(printf '%s\n' "${@/%-brief/}" | sort -u)
    for name in "${!jobs[@]}"; do
        wait "${jobs[$name]}" || {
            tail -n 20 "$work/install-${names[$name]}.log" >&2
            fail "${names[$name]} cannot be installed; see $work/install-${names[$name]}.log"
        }
    done
}

# pid NAME: of a server that runs. A number in a file may be another program's by now; a server has the folder in its
# command line.
pid() {
    local pid
    [ -f "$work/$1.pid" ] || return 1
    pid=$(cat "$work/$1.pid")
    { tr '\0' ' ' <"/proc/$pid/cmdline" || ps -p "$pid" -o args=; } 2>/dev/null | grep -qF "$work/" || return 1
    echo "$pid"
}

listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# background NAME PORT COMMAND...: starts it, remembers it for `stop`, and waits half a minute until it listens.
background() {
    local name=$1 port=$2
    shift 2
    ! listens "$port" || fail "$name cannot listen on port $port: another program does"
    "$@" >"$work/$name.log" 2>&1 </dev/null &
    echo $! >"$work/$name.pid"
    for _ in $(seq 150); do
        if listens "$port"; then return 0; fi
        kill -0 $! 2>/dev/null || break
        sleep 0.2
    done
    tail -n 20 "$work/$name.log" >&2
    fail "$name does not listen on port $port; see $work/$name.log"
}

# medallion NAME PORT SECONDS: one whose cursors live for so long.
medallion() {
    python3 "$here/seed.py" medallion21 "$work/$1.json" 500 "$2"
    cat >"$work/$1.conf" <<JSON
{"backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
             "filename": "$work/$1.json", "session_timeout": $3},
 "users": {"admin": "Password0"}, "taxii": {"max_page_size": 100}}
JSON
    background "$1" "$2" "$work/medallion3/bin/medallion" --host 127.0.0.1 --port "$2" --log-level WARN "$work/$1.conf"
}

start_medallion() {
    medallion medallion 5021 30
}

start_medallion_brief() {
    medallion medallion-brief 5022 1
}

start_medallion20() {
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
    background medallion20 5020 "$work/medallion1/bin/python" "$here/medallion20_run.py" --host 127.0.0.1 --port 5020 \
        --log-level WARN "$work/medallion20.conf"
}

start_opentaxii() {
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
    background opentaxii 5030 "$work/opentaxii093/bin/python" -B -m waitress --listen=127.0.0.1:5030 opentaxii_patched:app
}

start_fastapi() {
    python3 "$here/seed.py" list "$work/fastapi.json" 500
    STIXKIT_SEED=$work/fastapi.json background fastapi 5050 "$work/fastapi/bin/python" -B -m uvicorn --app-dir "$here" \
        --host 127.0.0.1 --port 5050 --log-level warning fastapi_app:app
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
    pid medallion >/dev/null || start_medallion
    pid medallion-brief >/dev/null || start_medallion_brief
    local folder=$work/nginx tls=$work/tls
    [ -f "$tls/client.p12" ] || (certificates) >"$work/openssl.log" 2>&1 || fail "no certificates; see $work/openssl.log"
    mkdir -p "$folder/run"
    : >"$work/access.log"
    cat >"$folder/nginx.conf" <<CONF
# One process: a worker of its own would be another user, who may have no right to this folder.
daemon off; master_process off; pid $folder/run/nginx.pid; error_log $work/nginx-error.log;
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
  upstream both { server 127.0.0.1:5021; server 127.0.0.1:5022; }
  server { listen 127.0.0.1:5447 ssl; location / { proxy_pass http://both; } }
  server { listen 127.0.0.1:5446 ssl; error_page 429 = @slow; location @slow { internal; add_header Retry-After 1 always; return 429; }
           location / { limit_req zone=slow; proxy_pass http://127.0.0.1:5021; } }
}
CONF
    background nginx 5443 "$(nginx_program)" -c "$folder/nginx.conf" -p "$folder/run"
}

# missing: what has to be there and is not.
missing() {
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo "python3 with the modules venv and ensurepip"
    command -v openssl >/dev/null || echo "openssl"
    command -v nginx >/dev/null || command -v apt-get >/dev/null || echo "nginx, or apt-get to get it with"
}

start() {
    local lacks name
    lacks=$(missing)
    [ -z "$lacks" ] || fail "needed and not there: $lacks"
    for name in "$@"; do
        [[ " $ALL " == *" $name "* ]] || fail "no server is named $name; there are: $ALL"
    done
    # Those behind nginx come with it.
    [[ " $* " != *" nginx "* ]] || set -- medallion medallion-brief "$@"
    install_all "$@"
    for name in "$@"; do
        pid "$name" >/dev/null || "start_${name//-/_}"
    done
}

stop() {
    local name pid
    for name in $ALL; do
        pid=$(pid "$name") && kill "$pid" 2>/dev/null || true
    done
    for name in $ALL; do
        # Only then its port is free.
        for _ in $(seq 50); do
            pid "$name" >/dev/null || break
            sleep 0.1
        done
        pid=$(pid "$name") && kill -9 "$pid" 2>/dev/null || true
        rm -f "$work/$name.pid"
    done
}

case ${1:-} in
run)
    shift
    trap stop EXIT
    # shellcheck disable=SC2086
    start $ALL
    STIXKIT_TAXII=$work STIXKIT_REQUIRE_TAXII=1 "$@"
    ;;
start)
    shift
    trap stop EXIT
    # shellcheck disable=SC2048,SC2086
    start ${*:-$ALL}
    trap - EXIT
    ;;
stop) stop ;;
missing) missing ;;
*)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
    exit 2
    ;;
esac

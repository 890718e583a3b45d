#!/bin/sh
# deps.sh VENV: installs what building and testing need on Debian 12; quick when all of it is there.
set -eu

build='gcc libc6-dev make pkg-config git
	libcurl4-openssl-dev libc-ares-dev libzstd-dev zlib1g-dev libjemalloc-dev libck-dev libssl-dev
	libidn2-dev libicu-dev libpsl-dev libxxhash-dev libxml2-dev uthash-dev'
tools='clang libclang-rt-14-dev llvm clang-format cppcheck libcmocka-dev'
tests='nginx unbound openssl zstd gzip curl jq procps iproute2 util-linux python3 python3-venv ca-certificates'

venv=$1
here=$(dirname "$0")
missing=
for package in $build $tools $tests; do
	case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
	installed) ;;
	*) missing="$missing $package" ;;
	esac
done

if [ -n "$missing" ]; then
	echo "deps: installing$missing"
	root=
	[ "$(id -u)" = 0 ] || root=sudo
	apt_get="$root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0"
	# nginx and unbound are run by the tests as children on free ports. As services they would take
	# ports 80 and 53, so they are neither started now nor at the next boot.
	services=
	for service in nginx unbound; do
		case " $missing " in *" $service "*) services="$services $service" ;; esac
	done
	policy=/usr/sbin/policy-rc.d
	if [ -n "$services" ] && [ ! -e $policy ]; then
		trap '$root rm -f $policy' EXIT
		printf '#!/bin/sh\nexit 101\n' | $root sh -c "cat >$policy && chmod 755 $policy"
	fi
	# shellcheck disable=SC2086 # the lists are split on purpose
	$apt_get install -y --no-install-recommends $missing >/dev/null 2>&1 </dev/null || {
		$apt_get update </dev/null
		$apt_get install -y --no-install-recommends $missing </dev/null
	}
	for service in $services; do
		$root systemctl disable "$service" >/dev/null 2>&1 || true
	done
fi

if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
	echo "deps: Python packages into $venv"
	rm -rf "$venv"
	python3 -m venv "$venv"
	"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" </dev/null
	cp "$here/requirements.txt" "$venv/requirements.txt"
fi

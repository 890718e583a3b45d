"""detour beside other programs that can walk the redirects of a list of URLs: `make bench-peers`.

All tools work under the same conditions, those of a user on an ordinary machine:

  network      a namespace of its own with nothing but loopback, in which the bundled origin has port 80 or 443 and is
               the name server of /etc/resolv.conf. No tool is told of it by options; each resolves names as it always
               does. A mount namespace keeps the real resolv.conf as it is.
  processors   the tool has one half and the origin the other (on two: one each). All of a tool's threads and child
               processes count.
  list         the same. A slow tool gets a part of it that has fewer hosts with as many URLs each, which favours it,
               for a run of a few seconds; what is compared is URLs per CPU second.
  concurrency  the same number of URLs at once, if the tool can; politeness that would hold a tool back is turned off
               or set so that it does not bite. The limit of open files is raised for all.
  output       the chain of each URL, into a file, in the form in which the tool has it. curl is measured twice: with a
               line a URL that tells no hops, and with the header lines of all hops, its only form of a chain.
  TLS          the origin's CA is the only one that is trusted, by SSL_CERT_FILE and the like, and all check
               certificates but httpx, which never does.
  counting     a URL counts if the tool tells its whole chain rightly: each URL and each status (curl without headers:
               last URL, last status, number of redirects). The others are left out of the figures, and shown.

The tools take turns, a run each, for a number of rounds; medians count. Left out are zgrab2, which takes hosts and one
path for all of them rather than a list of URLs, and muffet, which crawls one site and tells no redirects.
"""

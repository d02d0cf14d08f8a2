using InboundBridge.Benchmarks.Senders;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>
/// Debian's opendkim and opendmarc as milters and policyd-spf as a policy service, as guides to Postfix put them before it. They write what
/// they found into Authentication-Results and reject nothing.
/// </summary>
internal static class PostfixChecks
{
    private const string Name = "mx.example.com";

    /// <summary>Starts both milters, waits until they listen, then runs what follows. $1 is the folder of their files.</summary>
    private const string Start =
        """
        folder=$1
        shift
        opendkim -f -x "$folder/opendkim.conf" &
        opendmarc -f -c "$folder/opendmarc.conf" &
        tries=0
        until [ -S "$folder/opendkim.sock" ] && [ -S "$folder/opendmarc.sock" ]; do
          tries=$((tries + 1))
          [ "$tries" -lt 100 ] || exit 1
          sleep 0.1
        done
        "$@"
        """;

    /// <summary>
    /// For main.cf. A client of this network may send, so that the restrictions stay as they are without checks. Processes outlive the
    /// pauses between rounds, so that no run begins with a start of Python for each session.
    /// </summary>
    public static string Settings(string home) => $"""
        smtpd_milters = unix:{home}/opendkim.sock, unix:{home}/opendmarc.sock
        milter_default_action = tempfail
        mynetworks = {PrivateNetwork.Client}/32
        smtpd_recipient_restrictions = check_policy_service unix:private/policyd-spf, permit_mynetworks, reject
        policyd-spf_time_limit = 3600
        max_idle = 3600
        smtpd_policy_service_max_idle = 3600
        smtpd_policy_service_max_ttl = 3600

        """;

    /// <summary>For master.cf.</summary>
    public static string Service(string home) => $"""
        policyd-spf unix - n n - 0 spawn user=policyd-spf argv=/usr/bin/policyd-spf {home}/policyd-spf.conf

        """;

    /// <summary>The words before the command of Postfix.</summary>
    public static string[] Starter(string home) => ["/bin/sh", "-c", Start, "sh", home];

    public static async Task WriteAsync(string home, CancellationToken cancellation)
    {
        BenchmarkPeers.Find("/usr/sbin/opendkim", "Debian package opendkim");
        BenchmarkPeers.Find("/usr/sbin/opendmarc", "Debian package opendmarc");
        BenchmarkPeers.Find("/usr/bin/policyd-spf", "Debian package postfix-policyd-spf-python");
        foreach (var (file, text) in Files(home))
            await File.WriteAllTextAsync(Path.Combine(home, file), text, cancellation);
    }

    private static IEnumerable<(string File, string Text)> Files(string home) =>
    [
        ("opendkim.conf", $"""
            Mode v
            Socket local:{home}/opendkim.sock
            UMask 000
            Syslog no
            Nameservers {PrivateNetwork.Nameserver}
            AuthservID {Name}
            AlwaysAddARHeader yes

            """),
        ("opendmarc.conf", $"""
            Socket local:{home}/opendmarc.sock
            UMask 000
            Syslog false
            AuthservID {Name}
            TrustedAuthservIDs {Name}
            PublicSuffixList /usr/share/publicsuffix/public_suffix_list.dat

            """),
        ("policyd-spf.conf", $"""
            debugLevel = 0
            TestOnly = 1
            Header_Type = AR
            Authserv_Id = {Name}
            HELO_reject = Fail
            Mail_From_reject = Fail
            PermError_reject = False
            TempError_Defer = False

            """),
    ];
}

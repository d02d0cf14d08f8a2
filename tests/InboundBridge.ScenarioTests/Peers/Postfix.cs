using System.Globalization;
using System.Text;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A private Postfix on loopback with its own configuration, queue and log, and no local users. It is ended by its pid.</summary>
internal sealed class Postfix : IAsyncDisposable
{
    private readonly PeerProcess _master;
    private readonly string _logFile;
    private readonly string _mailFolder;

    private Postfix(PeerProcess master, int port, string logFile, string mailFolder)
    {
        _master = master;
        Port = port;
        _logFile = logFile;
        _mailFolder = mailFolder;
    }

    public int Port { get; }

    public string Log => File.Exists(_logFile) ? $"{_master.Log}\n{File.ReadAllText(_logFile)}" : _master.Log;

    /// <summary>A smarthost that stores all mail for example.com in one maildir.</summary>
    /// <param name="folder">The scenario's folder.</param>
    /// <param name="name">The name of its folder below that.</param>
    /// <param name="certificate">If given, mail is accepted only after STARTTLS.</param>
    /// <param name="more">More lines of main.cf.</param>
    public static Task<Postfix> StartTargetAsync(
        PeerFolder folder, string name = "postfix-target", TestCertificate? certificate = null, string more = "")
    {
        var settings = new StringBuilder("""
            virtual_transport = virtual
            virtual_mailbox_domains = example.com
            virtual_mailbox_maps = static:all/
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            virtual_minimum_uid = 100
            virtual_mailbox_limit = 0

            """);
        if (certificate is not null)
        {
            settings.AppendLine(CultureInfo.InvariantCulture, $"smtpd_tls_cert_file = {certificate.CertificateFile}");
            settings.AppendLine(CultureInfo.InvariantCulture, $"smtpd_tls_key_file = {certificate.KeyFile}");
            settings.AppendLine("smtpd_tls_security_level = encrypt");
        }

        return StartAsync(folder, name, settings.AppendLine(more).ToString());
    }

    /// <summary>A sender that relays all mail to a port on loopback and retries every second.</summary>
    /// <param name="folder">The scenario's folder.</param>
    /// <param name="relayPort">The port on loopback.</param>
    /// <param name="tls">Postfix's smtp_tls_security_level: none, may, encrypt.</param>
    /// <param name="more">More lines of main.cf.</param>
    public static Task<Postfix> StartSenderAsync(PeerFolder folder, int relayPort, string tls = "none", string more = "") =>
        StartAsync(folder, "postfix-sender", $"""
            relayhost = [127.0.0.1]:{relayPort}
            smtp_tls_security_level = {tls}
            smtp_tls_loglevel = 1
            queue_run_delay = 1s
            minimal_backoff_time = 1s
            maximal_backoff_time = 2s
            {more}

            """);

    /// <summary>A sender that delivers all mail by LMTP over a socket file.</summary>
    public static Task<Postfix> StartLmtpSenderAsync(PeerFolder folder, string socket) => StartAsync(folder, "postfix-lmtp", $"""
        default_transport = lmtp:unix:{socket}
        queue_run_delay = 1s
        minimal_backoff_time = 1s
        maximal_backoff_time = 2s

        """);

    /// <summary>The messages in the maildir, with CRLF as line ends.</summary>
    public IReadOnlyList<byte[]> Mails()
    {
        var arrived = Path.Combine(_mailFolder, "all", "new");
        if (!Directory.Exists(arrived))
            return [];
        return [.. Directory.GetFiles(arrived).Order(StringComparer.Ordinal).Select(file => MailText.WithCrlf(File.ReadAllBytes(file)))];
    }

    public async Task<IReadOnlyList<byte[]>> WaitForAsync(int mails, Deadline? deadline = null, Func<string>? state = null)
    {
        await (deadline ?? Deadline.Usual).UntilAsync(
            () => Mails().Count >= mails, $"{mails} mails in Postfix's maildir", () => $"{Log}\n{state?.Invoke()}");
        return Mails();
    }

    public ValueTask DisposeAsync() => _master.DisposeAsync();

    private static Task<Postfix> StartAsync(PeerFolder folder, string name, string settings)
    {
        PeerPrograms.NeedRoot("Postfix");
        var postfix = PeerPrograms.Find("postfix", "postfix");
        return FreePort.WithAsync(1, async ports =>
        {
            var home = folder.CreateFolder($"{name}-{ports[0]}");
            var (configuration, logFile, mailFolder) = (
                Path.Combine(home, "etc"), Path.Combine(home, "mail.log"), Path.Combine(home, "mail"));
            Directory.CreateDirectory(configuration);
            Directory.CreateDirectory(mailFolder);
            Directory.CreateDirectory(Path.Combine(home, "queue"));
            Directory.CreateDirectory(Path.Combine(home, "data"));
            await PeerProcess.RunAsync("chown", "chown", ["nobody", mailFolder]);
            await PeerProcess.RunAsync("chown", "chown", ["postfix", Path.Combine(home, "data")]);
            await File.WriteAllTextAsync(Path.Combine(configuration, "main.cf"), PostfixConfiguration.Basics(home, logFile)
                + $"virtual_mailbox_base = {mailFolder}\n" + settings);
            await File.WriteAllTextAsync(Path.Combine(configuration, "master.cf"), PostfixConfiguration.Services(ports[0]));
            (await PeerProcess.RunAsync("postfix check", postfix, ["-c", configuration, "check"])).Succeeded("postfix check");

            // Starts the daemon itself instead of `postfix start`, so that we know its pid.
            var master = PeerProcess.Start(name, "/usr/lib/postfix/sbin/master", ["-c", configuration, "-s"], home);
            var started = new Postfix(master, ports[0], logFile, mailFolder);
            await Deadline.Usual.UntilAsync(
                async () => master.HasExited || await FreePort.AnswersAsync(ports[0]), "Postfix to listen", () => started.Log);
            if (!master.HasExited)
                return started;
            var log = started.Log;
            await started.DisposeAsync();
            throw log.Contains("in use", StringComparison.Ordinal)
                ? new PortTakenException(log)
                : new InvalidOperationException($"Postfix did not start:\n{log}");
        });
    }
}

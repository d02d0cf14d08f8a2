using System.Text;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// A private Dovecot on loopback. It accepts mail over LMTP (TCP and a unix socket), serves it over IMAP and POP3, and as a submission
/// server sends with BDAT to a relay that offers CHUNKING.
/// </summary>
internal sealed class Dovecot : IAsyncDisposable
{
    private const string Password = "secret";

    private readonly PeerProcess _process;
    private readonly PeerFolder _folder;
    private readonly string _home;
    private readonly DovecotPorts _ports;
    private int _reads;

    private Dovecot(PeerProcess process, PeerFolder folder, string home, DovecotPorts ports)
    {
        _process = process;
        _folder = folder;
        _home = home;
        _ports = ports;
    }

    public int LmtpPort => _ports.Lmtp;

    public string LmtpSocket => Path.Combine(_home, "run", "lmtp-in");

    public int SubmissionPort => _ports.Submission;

    public string Log => $"{_process.Log}\n{(File.Exists(Path.Combine(_home, "log")) ? File.ReadAllText(Path.Combine(_home, "log")) : "")}";

    /// <param name="folder">The scenario's folder.</param>
    /// <param name="options">Users and the relay for submission.</param>
    public static Task<Dovecot> StartAsync(PeerFolder folder, DovecotOptions options)
    {
        PeerPrograms.NeedRoot("Dovecot");
        var dovecot = PeerPrograms.Find("dovecot", "dovecot-core");
        return FreePort.WithAsync(4, async numbers =>
        {
            var ports = new DovecotPorts(numbers[0], numbers[1], numbers[2], numbers[3]);
            var home = folder.CreateFolder($"dovecot-{ports.Lmtp}");
            await PrepareAsync(home, options, ports);
            var process = PeerProcess.Start("dovecot", dovecot, ["-F", "-c", Path.Combine(home, "dovecot.conf")], home);
            var started = new Dovecot(process, folder, home, ports);
            await Deadline.Usual.UntilAsync(
                async () => process.HasExited || (await FreePort.AnswersAsync(ports.Lmtp) && File.Exists(started.LmtpSocket)),
                "Dovecot to listen", () => started.Log);
            if (!process.HasExited)
                return started;
            var log = started.Log;
            await started.DisposeAsync();
            throw log.Contains("in use", StringComparison.Ordinal)
                ? new PortTakenException(log)
                : new InvalidOperationException($"Dovecot did not start:\n{log}");
        });
    }

    /// <summary>A user's messages as Python's IMAP client reads them.</summary>
    public Task<IReadOnlyList<byte[]>> ReadImapAsync(string user) => ReadAsync("imap", _ports.Imap, user);

    /// <summary>A user's messages as Python's POP3 client reads them.</summary>
    public Task<IReadOnlyList<byte[]>> ReadPop3Async(string user) => ReadAsync("pop3", _ports.Pop3, user);

    public async Task<IReadOnlyList<byte[]>> WaitForAsync(string user, int mails, Func<string>? state = null)
    {
        await Deadline.Usual.UntilAsync(() => Stored(user) >= mails, $"{mails} mails for {user}", () => $"{Log}\n{state?.Invoke()}");
        return await ReadImapAsync(user);
    }

    /// <summary>The number of messages in the user's maildir.</summary>
    public int Stored(string user)
    {
        var inbox = Path.Combine(_home, "mail", user);
        return Count(Path.Combine(inbox, "new")) + Count(Path.Combine(inbox, "cur"));

        static int Count(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder).Length : 0;
    }

    /// <summary>Removes a user's quota.</summary>
    public Task LiftQuotaAsync(string user) =>
        File.WriteAllTextAsync(Path.Combine(_home, "users"), WithoutQuota(File.ReadAllLines(Path.Combine(_home, "users")), user));

    /// <summary>Signs in at the submission service and sends a message through it.</summary>
    public Task<PeerResult> SubmitAsync(byte[] mail, string from, string to, string user) =>
        Swaks.SendAsync(SubmissionPort, mail, from, [to], "--auth", "PLAIN", "--auth-user", user, "--auth-password", Password);

    /// <summary>Stops it; the mailboxes stay.</summary>
    public Task StopAsync()
    {
        _process.Terminate();
        return _process.ExitAsync();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string WithoutQuota(string[] users, string user) =>
        string.Concat(users.Select(
            line => (line.StartsWith(user + ":", StringComparison.Ordinal) ? line[..(line.LastIndexOf(':') + 1)] : line) + "\n"));

    private static async Task PrepareAsync(string home, DovecotOptions options, DovecotPorts ports)
    {
        Directory.CreateDirectory(Path.Combine(home, "mail"));
        await PeerProcess.RunAsync("chown", "chown", ["nobody", Path.Combine(home, "mail")]);
        var users = new StringBuilder();
        foreach (var user in options.Users)
        {
            var quota = options.Quotas.TryGetValue(user, out var limit) ? $"userdb_quota_rule=*:bytes={limit}" : "";
            users.Append(user).Append(":{PLAIN}").Append(Password).Append("::::::").Append(quota).Append('\n');
        }

        await File.WriteAllTextAsync(Path.Combine(home, "users"), users.ToString());
        await File.WriteAllTextAsync(Path.Combine(home, "dovecot.conf"), DovecotConfiguration.Text(home, ports, options));
    }

    private async Task<IReadOnlyList<byte[]>> ReadAsync(string protocol, int port, string user)
    {
        var python = PeerPrograms.Find("python3", "python3");
        var output = _folder.CreateFolder($"read-{_ports.Lmtp}-{Interlocked.Increment(ref _reads)}");
        var script = Path.Combine(Checkout.Root, "tests", "InboundBridge.ScenarioTests", "Peers", "read_mailbox.py");
        var result = await PeerProcess.RunAsync($"{protocol} client", python, [script, protocol, $"{port}", user, Password, output]);
        Assert.True(result.ExitCode == 0, $"reading over {protocol} failed:\n{result.Output}\n{Log}");
        return [.. Directory.GetFiles(output).Select(File.ReadAllBytes)];
    }
}

internal sealed record DovecotPorts(int Lmtp, int Imap, int Pop3, int Submission);

internal sealed record DovecotOptions
{
    /// <summary>User names without a domain; they get mail for every domain.</summary>
    public string[] Users { get; init; } = ["al"];

    /// <summary>The quota of each user in octets.</summary>
    public Dictionary<string, long> Quotas { get; init; } = [];

    /// <summary>The loopback port that submitted mail is relayed to; 0 for none.</summary>
    public int RelayPort { get; init; }

    /// <summary>Dovecot's submission_relay_ssl: no or starttls.</summary>
    public string RelayTls { get; init; } = "no";
}

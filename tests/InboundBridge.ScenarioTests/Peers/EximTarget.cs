namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// Exim as a server that keeps every mail in its queue. It is set up like <see cref="Exim"/>, and needs no root after it has begun to
/// listen.
/// </summary>
internal sealed class EximTarget : IAsyncDisposable
{
    private readonly PeerProcess _process;
    private readonly EximSetup _setup;

    private EximTarget(PeerProcess process, EximSetup setup, int port) => (_process, _setup, Port) = (process, setup, port);

    public int Port { get; }

    /// <param name="settings">Lines of the main configuration.</param>
    public static Task<EximTarget> StartAsync(PeerFolder folder, string settings) => FreePort.WithAsync(1, async ports =>
    {
        var setup = await EximSetup.WriteAsync(folder, $"exim-{ports[0]}", (program, spool) => $"""
            exim_path = {program}
            keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
            primary_hostname = exim.test
            spool_directory = {spool}
            log_file_path = {spool}/%slog
            disable_ipv6
            tls_advertise_hosts =
            chunking_advertise_hosts =
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = {ports[0]}
            queue_only
            acl_smtp_rcpt = take
            acl_smtp_data = take
            {settings}

            begin acl
            take:
              accept

            begin routers
            nowhere:
              driver = redirect
              data = :defer: kept in the queue

            """);
        var process = PeerProcess.Start(
            "exim", setup.Program, ["-C", setup.Configuration, "-bdf"], setup.Home, setup.Environment);
        await process.ListeningAsync(() => FreePort.AnswersAsync(ports[0]));
        return new EximTarget(process, setup, ports[0]);
    });

    /// <summary>The first mail in the queue, with CRLF as line ends.</summary>
    public async Task<byte[]> WaitForMailAsync(Func<string> state)
    {
        var input = Path.Combine(_setup.Spool, "input");
        string[] mails = [];
        await Deadline.Usual.UntilAsync(
            () => (mails = Directory.Exists(input) ? Directory.GetFiles(input, "*-H") : []).Length > 0, "a mail in Exim's queue",
            () => $"{_process.Log}\n{state()}");
        var id = Path.GetFileName(mails[0])[..^"-H".Length];
        var shown = await PeerProcess.RunAsync(
            "exim -Mvc", "/bin/sh", ["-c", $"{_setup.Program} -C {_setup.Configuration} -Mvc {id} | base64"], workingDirectory: _setup.Home,
            environment: _setup.Environment);
        return MailText.WithCrlf(Convert.FromBase64String(shown.Succeeded("exim -Mvc").StandardOutput.ReplaceLineEndings("")));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

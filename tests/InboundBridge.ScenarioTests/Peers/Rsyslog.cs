namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A private rsyslog that listens on UDP, TCP, TLS and a socket, and writes what it understood to a file.</summary>
internal sealed class Rsyslog : IAsyncDisposable
{
    private readonly PeerProcess _process;
    private readonly string _file;

    private Rsyslog(PeerProcess process, string file, int[] ports, string socket)
    {
        (_process, _file) = (process, file);
        (Udp, Tcp) = ($"udp://127.0.0.1:{ports[0]}", $"tcp://127.0.0.1:{ports[0]}");
        (Tls, Socket) = ($"tls://127.0.0.1:{ports[1]}", $"unix:{socket}");
    }

    public string Udp { get; }

    public string Tcp { get; }

    public string Tls { get; }

    public string Socket { get; }

    public string Log => _process.Log + "\n" + string.Join('\n', Lines);

    /// <summary><c>FACILITY.SEVERITY|PROGRAM|MSGID|STRUCTURED DATA|MESSAGE</c>, in the order of arrival.</summary>
    public IReadOnlyList<string> Lines => File.Exists(_file) ? File.ReadAllLines(_file) : [];

    /// <param name="ports">For UDP and TCP, and for TLS.</param>
    public static async Task<Rsyslog> StartAsync(PeerFolder folder, TestAuthority authority, int[] ports, string name = "rsyslog")
    {
        var certificate = authority.Issue("localhost");
        var (file, socket) = (folder[$"{name}.txt"], folder[$"{name}.socket"]);
        File.Delete(socket);
        var configuration = folder.Write($"{name}.conf", $$"""
            global(
              workDirectory="{{folder.CreateFolder(name)}}" maxMessageSize="16k"
              defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="{{authority.File}}"
              defaultNetstreamDriverCertFile="{{certificate.CertificateFile}}" defaultNetstreamDriverKeyFile="{{certificate.KeyFile}}")
            module(load="imudp")
            module(load="imptcp")
            module(load="imtcp" streamDriver.Name="gtls" streamDriver.Mode="1" streamDriver.AuthMode="anon")
            module(load="imuxsock" sysSock.Use="off")
            template(name="understood" type="string"
              string="%syslogfacility-text%.%syslogseverity-text%|%programname%|%msgid%|%structured-data%|%msg%\n")
            ruleset(name="keep") { action(type="omfile" file="{{file}}" template="understood" flushOnTXEnd="on" asyncWriting="off") }
            input(type="imudp" address="127.0.0.1" port="{{ports[0]}}" ruleset="keep")
            input(type="imptcp" address="127.0.0.1" port="{{ports[0]}}" ruleset="keep")
            input(type="imtcp" address="127.0.0.1" port="{{ports[1]}}" ruleset="keep")
            input(type="imuxsock" socket="{{socket}}" createPath="on" useSpecialParser="off" parseHostname="on" ruleset="keep")
            """);
        var process = PeerProcess.Start(
            name, PeerPrograms.Find("rsyslogd", "rsyslog"), ["-n", "-f", configuration, "-i", folder[$"{name}.pid"]], folder.Path);
        await process.ListeningAsync(async () => await FreePort.AnswersAsync(ports[0]) && await FreePort.AnswersAsync(ports[1]));
        return new Rsyslog(process, file, ports, socket);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>
/// Haraka with a plugin that posts each mail to the webhook and answers 250 after its 2xx: nothing is stored, so nothing is durable.
/// </summary>
internal static class HarakaSystem
{
    public const string SingleName = "haraka";
    public const string ClusterName = "haraka-cluster";

    private const string Package = "npm package Haraka";

    /// <param name="workers">Processes that serve connections; 0: the single process that Haraka runs by default.</param>
    public static Task<DeliveringSystem> StartAsync(string name, int workers, LoadOptions load, CancellationToken cancellation) =>
        FreePort.WithAsync(1, async ports =>
    {
        var program = BenchmarkPeers.Find(Path.Combine("node_modules", "Haraka", "bin", "haraka"), Package);
        var home = Path.Combine(load.Folder, name);
        var sink = MailSink.Webhook();
        try
        {
            Directory.CreateDirectory(Path.Combine(home, "plugins"));
            File.Copy(
                Path.Combine(BenchmarkPeers.SourceFolder, "webhook.js"), Path.Combine(home, "plugins", "webhook.js"), overwrite: true);
            foreach (var (file, text) in Configuration(ports[0], workers, sink, load))
            {
                Directory.CreateDirectory(Path.Combine(home, "config"));
                await File.WriteAllTextAsync(Path.Combine(home, "config", file), text, cancellation);
            }

            var process =
                await ServerProcess.StartListeningAsync(
                    Path.Combine(home, "haraka.log"), ports[0], ["node", program, "-c", home], cancellation);
            var proof = load.Sender is null ? null : VerdictProof.Haraka;
            return new DeliveringSystem(name, process, ports[0], share: 2, sink, proof);
        }
        catch
        {
            sink.Dispose();
            throw;
        }
    });

    /// <summary>
    /// No look-ups and no plugins except the one for the domain and those of the checks; logs a line for each connection, not for each
    /// mail.
    /// </summary>
    private static IEnumerable<(string File, string Text)> Configuration(int port, int workers, MailSink sink, LoadOptions load) =>
    [
        ("smtp.ini", $"listen={load.Listen}:{port}\nnodes={workers}\n"),
        ("me", "mx.example.com\n"),
        ("plugins", load.Sender is null ? "rcpt_to.in_host_list\nwebhook\n" : "rcpt_to.in_host_list\nspf\ndkim\nwebhook\n"),
        ("host_list", "example.com\n"),
        ("webhook.ini", $"port={sink.Port}\nconnections={Math.Max(load.Connections, 64)}\n"),
        ("connection.ini",
            File.ReadAllText(BenchmarkPeers.Find(Path.Combine("node_modules", "Haraka", "config", "connection.ini"), Package))),
        ("log.ini", "[main]\nlevel=notice\ntimestamps=false\nformat=default\n"),
    ];
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>The appliance: durable spool, rules, parsing, signature, logs and metrics on; counted at the webhook.</summary>
internal sealed partial class InboundBridgeSystem : IMeasuredSystem
{
    private readonly MailSink _sink;

    private InboundBridgeSystem(string name, ServerProcess process, int port, MailSink sink)
    {
        Name = name;
        Process = process;
        Port = port;
        _sink = sink;
    }

    public string Name { get; }

    public int Port { get; }

    public ServerProcess Process { get; }

    public int Share => 1;

    public static async Task<InboundBridgeSystem> StartAsync(ApplianceBuild build, LoadOptions load, CancellationToken cancellation)
    {
        var folder = Path.Combine(load.Folder, build.Name);
        var configuration = Path.Combine(folder, "inboundbridge.yaml");
        var sink = MailSink.Webhook();
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        await File.WriteAllTextAsync(configuration, Configuration(sink, load), cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "rules", "load.yaml"), Rules(load.Rules), cancellation);
        var process = ServerProcess.Start(Path.Combine(folder, "inboundbridge.log"), [.. build.Command, "run", "--config", configuration]);
        try
        {
            await ServerProcess.WaitForAsync(() => Task.FromResult(process.HasExited || (Listening().IsMatch(process.Log) && Ready().IsMatch(process.Log))), "the appliance", cancellation);
            if (process.HasExited)
                throw new InvalidOperationException($"the appliance did not start:\n{process.Log}");
            var port = int.Parse(Listening().Match(process.Log).Groups[1].Value, CultureInfo.InvariantCulture);
            return new InboundBridgeSystem(build.Name, process, port, sink);
        }
        catch
        {
            await process.DisposeAsync();
            sink.Dispose();
            throw;
        }
    }

    public void Reset(int messages) => _sink.Expect(messages);

    public Task AllArrivedAsync(CancellationToken cancellation) => _sink.AllArrivedAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _sink.Dispose();
    }

    [GeneratedRegex(@"listening (?:kind=)?smtp\b.*:(\d+)\s")]
    private static partial Regex Listening();

    [GeneratedRegex(@"\bready\b")]
    private static partial Regex Ready();

    private static string Configuration(MailSink sink, LoadOptions load) => $$"""
        hostname: mx.example.com
        domains: [example.com]
        smtp: { listeners: [{ name: mx, address: "127.0.0.1:0" }], limits: { messages_per_connection: 1000000, connections_per_client: 5000 } }
        http: { listen: "127.0.0.1:0" }
        spool: { path: data, minimum_free: 10MB, retain: { delivered: 0s } }
        rules: { path: rules }
        authentication: { spf: "off", dkim: "off", dmarc: "off" }
        destinations:
          app: { webhook: { url: "http://127.0.0.1:{{sink.Port}}/", format: {{load.Format}}, secret: whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE= } }

        """;

    /// <summary>Rules as operators write them, by recipient, header or sender; only the last one matches.</summary>
    private static string Rules(int count)
    {
        var rules = new StringBuilder("rules:\n");
        for (var number = 1; number < count; number++)
        {
            var condition = (number % 3) switch
            {
                0 => $"recipient: \"team{number}@example.com\"",
                1 => $"subject: \"*ticket {number}*\"",
                _ => $"sender: \"*@partner{number}.test\"",
            };
            rules.AppendLine(CultureInfo.InvariantCulture, $"  - {{ name: rule {number}, when: {{ {condition} }}, then: [webhook: app] }}");
        }

        return rules.AppendLine("  - { name: everything, when: { recipient: \"*@example.com\" }, then: [webhook: app] }").ToString();
    }
}

using System.Globalization;
using System.Text;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>
/// The configuration that is measured: a durable spool, rules, parsing, signature, logs
/// and metrics on; DNS checks off, as for the other systems, unless checks of senders are measured.
/// </summary>
internal static class ApplianceConfiguration
{
    /// <summary>smtp-source counts the mails, in front of the recipient's name: one in ten ends like this.</summary>
    public const string ScriptedRecipient = "0support@example.com";

    private const string Script = "message.subject.indexOf('invoice') >= 0 && message.text.length > 0";

    /// <param name="smtpPort">0 for any.</param>
    /// <param name="kind">The destination's kind: webhook or relay.</param>
    /// <param name="destination">The destination's settings, as YAML in braces.</param>
    /// <param name="listen">The address of its SMTP listener.</param>
    /// <param name="checksSender">SPF, DKIM, DMARC, ARC and the client's name, with answers of DNS.</param>
    /// <returns>The configuration's path.</returns>
    public static Task<string> WriteAsync(
        string folder, int smtpPort, int rules, string kind, string destination, CancellationToken cancellation,
        string listen = "127.0.0.1", bool checksSender = false) =>
        WriteAsync(folder, smtpPort, Rules(rules, kind), kind, destination, cancellation, listen, checksSender);

    /// <summary>The same with rules of the caller's, as a YAML file.</summary>
    /// <param name="more">More destinations, as lines of YAML that are indented by two.</param>
    /// <param name="retain">How long a delivered mail stays on record.</param>
    /// <param name="spool">More keys of the spool, each with a comma behind it.</param>
    public static async Task<string> WriteAsync(
        string folder, int smtpPort, string rules, string kind, string destination, CancellationToken cancellation,
        string listen = "127.0.0.1", bool checksSender = false, string more = "", string retain = "0s", string spool = "")
    {
        var configuration = Path.Combine(folder, "inboundbridge.yaml");
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        var settings = Settings($"{listen}:{smtpPort}", checksSender ? "on" : "off", kind, destination, retain, spool) + more;
        await File.WriteAllTextAsync(configuration, settings, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "rules", "load.yaml"), rules, cancellation);
        return configuration;
    }

    public static string Webhook(int port, string format) =>
        $$"""{ url: "http://127.0.0.1:{{port}}/", format: {{format}}, secret: whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE= }""";

    /// <summary>A webhook that is asked before the mail is accepted.</summary>
    /// <param name="keys">More keys, each with a comma before it.</param>
    public static string SyncWebhook(int port, string format, string keys = "") =>
        Webhook(port, format).Replace(" }", $", mode: sync{keys} }}", StringComparison.Ordinal);

    public static string Relay(int port) => $$"""{ host: 127.0.0.1, port: {{port}}, tls: "off", connection_reuse: 1000000 }""";

    private static string Settings(
        string address, string checks, string kind, string destination, string retain, string spool) => $$"""
        hostname: mx.example.com
        domains: [example.com]
        smtp: { listeners: [{ name: mx, address: "{{address}}" }], limits: { messages_per_connection: 1000000, connections_per_client: 5000, commands_per_minute: 0 } }
        http: { listen: "127.0.0.1:0" }
        spool: { path: data, {{spool}}minimum_free: 10MB, retain: { delivered: {{retain}} } }
        rules: { path: rules }
        authentication: { spf: "{{checks}}", dkim: "{{checks}}", dmarc: "{{checks}}", arc: "{{checks}}", iprev: "{{checks}}" }
        destinations:
          app: { {{kind}}: {{destination}} }

        """;

    /// <summary>Typical rules, by recipient, header or sender; only the last one matches.</summary>
    /// <param name="script">The last but one is for one recipient in ten, and asks a script, which says no.</param>
    public static string Rules(int count, string kind, bool script = false)
    {
        var rules = new StringBuilder("rules:\n");
        var plain = script ? count - 2 : count - 1;
        for (var number = 1; number <= plain; number++)
        {
            var condition = (number % 3) switch
            {
                0 => $"recipient: \"team{number}@example.com\"",
                1 => $"subject: \"*ticket {number}*\"",
                _ => $"sender: \"*@partner{number}.test\"",
            };
            rules.AppendLine(CultureInfo.InvariantCulture, $"  - {{ name: rule {number}, when: {{ {condition} }}, then: [{kind}: app] }}");
        }

        if (script)
            rules.AppendLine(
                CultureInfo.InvariantCulture,
                $"  - {{ name: script, when: {{ recipient: \"*{ScriptedRecipient}\", script: \"{Script}\" }}, then: [{kind}: app] }}");
        return rules.AppendLine(
            CultureInfo.InvariantCulture, $"  - {{ name: everything, when: {{ recipient: \"*@example.com\" }}, then: [{kind}: app] }}")
            .ToString();
    }
}

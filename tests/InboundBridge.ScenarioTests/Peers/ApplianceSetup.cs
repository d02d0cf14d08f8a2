namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Configurations for scenarios: loopback, free ports, the spool in the scenario's folder, retries within a second.</summary>
internal static class ApplianceSetup
{
    public const string Domain = "example.com";

    private const string RulesFile = "scenario.yaml";

    /// <summary>Short intervals, for every kind of destination.</summary>
    public const string FastRetries =
        "retry: { schedule: [500ms, 500ms, 1s], maximum_age: 1h, jitter: 0% }, circuit: { failures: 1000, window: 1m, probe: 500ms }";

    /// <summary>Most scenarios need no DNS.</summary>
    public const string NoSenderChecks =
        """authentication: { spf: "off", dkim: "off", dmarc: "off", arc: "off", iprev: "off" }""";

    /// <summary>One MX listener.</summary>
    private const string Mx = $$"""listeners: [{ name: mx, address: "{{Appliance.SmtpAddress}}" }], limits: { message_size: 100MB }""";

    /// <summary>Writes the rules and returns the configuration.</summary>
    /// <param name="folder">The scenario's folder.</param>
    /// <param name="rules">Text of rules/scenario.yaml.</param>
    /// <param name="destinations">Lines <c>NAME: { … }</c>.</param>
    /// <param name="more">More top-level keys.</param>
    /// <param name="smtp">The keys of <c>smtp</c>.</param>
    public static string Write(PeerFolder folder, string rules, string[] destinations, string more = "", string smtp = Mx)
    {
        if (!HasRules(folder, rules))
            WriteRules(folder, rules);
        var lines = destinations.Select(line => $"  {line}\n");
        return $$"""
            hostname: mx.example.com
            domains: [{{Domain}}]
            smtp: { {{smtp}} }
            http: { listen: "{{Appliance.HttpAddress}}" }
            spool: { path: data, minimum_free: 10MB }
            rules: { path: rules }
            {{NoSenderChecks}}
            destinations:
            {{string.Concat(lines)}}{{more}}

            """;
    }

    public static void WriteRules(PeerFolder folder, string rules) =>
        File.WriteAllText(Path.Combine(folder.CreateFolder("rules"), RulesFile), rules);

    /// <summary>A node that runs already would see that the file is written again, and reload.</summary>
    private static bool HasRules(PeerFolder folder, string rules)
    {
        var file = Path.Combine(folder["rules"], RulesFile);
        return File.Exists(file) && File.ReadAllText(file) == rules;
    }

    /// <summary>Rules that apply all the given actions, for example <c>webhook: app</c>, to every recipient.</summary>
    public static string Everything(params string[] actions) => $$"""
        rules:
          - name: everything
            when: { recipient: "*@{{Domain}}" }
            then: [{{string.Join(", ", actions)}}]

        """;

    public static string Webhook(string name, WebhookReceiver receiver, string format = "json", string more = FastRetries) =>
        $$"""{{name}}: { webhook: { url: "{{receiver.Url($"/{name}")}}", format: {{format}}, """
        + $$"""secret: {{WebhookReceiver.Secret}}, {{more}} } }""";

    /// <param name="address">host:port or unix:/path</param>
    public static string Lmtp(string name, string address, string more = FastRetries) =>
        $$"""{{name}}: { lmtp: { address: "{{address}}", {{more}} } }""";

    public static string Relay(string name, int port, string tls = "\"off\"", string more = FastRetries) =>
        $$"""{{name}}: { relay: { host: localhost, port: {{port}}, tls: {{tls}}, {{more}} } }""";

    public static string Tls(TestCertificate certificate) =>
        $$"""tls: { certificates: [{ cert: "{{certificate.CertificateFile}}", key: "{{certificate.KeyFile}}" }] }""";
}

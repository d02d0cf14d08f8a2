namespace InboundBridge.Demo;

/// <summary>The configuration of the demo's appliance.</summary>
internal static class DemoConfiguration
{
    /// <summary>The listener for everybody.</summary>
    public const string Direct = "demo";

    /// <summary>The listener for the sample hour, whose mails come from many addresses.</summary>
    public const string Proxied = "sample";

    /// <summary>The destination where nothing listens.</summary>
    public const string Dead = "crm";

    /// <param name="dns">The address of the demo's name server.</param>
    public static string Text(string receiver, string secret, string dns, DemoPorts ports)
    {
        string Webhook(string path) =>
            $$"""{ webhook: { url: "{{receiver}}{{path}}", secret: "{{secret}}", attachments: { otherwise: inline } } }""";
        return $$"""
            hostname: mx.demo.localhost
            domains: [example.com, localhost]
            smtp:
              listeners:
                - { name: {{Direct}}, address: "127.0.0.1:{{ports.Smtp}}" }
                - { name: {{Proxied}}, address: "127.0.0.1:0", proxy_protocol: ["127.0.0.1"] }
            http: { listen: "127.0.0.1:{{ports.Http}}" }
            spool: { path: spool, minimum_free: 1MB }
            rules: { path: rules, default: hold }
            dns: { servers: ["{{dns}}"] }
            authentication: { iprev: off }
            destinations:
              inbox: {{Webhook("inbox")}}
              helpdesk: {{Webhook("helpdesk")}}
              accounting: {{Webhook("accounting")}}
              # Nothing listens here: what happens to mail for an application that is down.
              {{Dead}}:
                webhook:
                  url: "http://127.0.0.1:9/orders"
                  attachments: { otherwise: inline }
                  retry: { schedule: [1m, 5m, 15m], maximum_age: 20m, jitter: 0% }
                  circuit: { failures: 4, window: 1h, probe: 5m }

            """;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Destinations.Webhook;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Delivery.Lmtp;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Host.Configuration;

public class ConfigurationReaderTests
{
    [Fact]
    public void Without_a_file_everything_stays_on_loopback()
    {
        var options = new ConfigurationCase().Options(null);
        Assert.Null(options.File);
        Assert.Equal("mx1", options.Hostname);
        Assert.Equal(["localhost", "example.com"], options.Domains);
        var listener = Assert.Single(options.Smtp.Listeners);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:2525"), listener.Address);
        Assert.Equal("127.0.0.1:2525", listener.Name);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:8080"), options.Http.Listen);
        Assert.Equal(DefaultActionKind.Hold, options.Rules.Default.Kind);
        Assert.Equal("/etc/ib/rules", options.Rules.Path);
        Assert.Equal("/etc/ib/data", options.Spool.Path);
    }

    [Fact]
    public void With_a_file_recipients_without_a_decision_are_refused()
    {
        var options = ConfigurationCase.OptionsOf("domains: [example.org]");
        Assert.Equal(DefaultActionKind.Reject, options.Rules.Default.Kind);
        Assert.Equal(["example.org"], options.Domains);
        Assert.Equal("/etc/ib/inboundbridge.yaml", options.File);
    }

    [Fact]
    public void Every_key_of_the_smtp_side_is_read()
    {
        var options = ConfigurationCase.OptionsOf("""
            hostname: MX.Example.com
            domains: [Example.com, "*.in.example.com", münchen.example]
            smtp:
              listeners:
                - { address: "0.0.0.0:25" }
                - { address: "[::]:25", name: six, tls: off }
                - { address: "unix:/run/ib/lmtp", mode: lmtp }
              trusted: [10.0.0.0/8, "2001:db8::/32", 192.0.2.7]
              bare_newline: normalize
              limits: { message_size: 10MB, recipients: 200, connections: 100, connections_per_client: 5, messages_per_connection: 7,
                        errors: 3, command_timeout: 90s, data_timeout: 2m, minimum_rate: 1KB/s, mime_depth: 20, mime_parts: 100, header_size: 64KB }
            """);
        Assert.Equal(["example.com", "*.in.example.com", "xn--mnchen-3ya.example"], options.Domains);
        Assert.Equal("mx.example.com", options.Smtp.Server.Hostname);
        Assert.Equal(["0.0.0.0:25", "six", "unix:/run/ib/lmtp"], options.Smtp.Listeners.Select(listener => listener.Name));
        Assert.Equal(ListenerTls.Off, options.Smtp.Listeners[1].Tls);
        Assert.Equal(SmtpListenerMode.Lmtp, options.Smtp.Listeners[2].Mode);
        Assert.Equal("/run/ib/lmtp", Assert.IsType<UnixDomainSocketEndPoint>(options.Smtp.Listeners[2].Address).ToString());
        Assert.Equal(
            [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("192.0.2.7/32")],
            options.Smtp.Server.Trusted);
        Assert.Equal(BareNewline.Normalize, options.Smtp.Server.BareNewline);
        Assert.Equal(
            new SmtpLimits
            {
                MessageSize = 10L << 20,
                Recipients = 200,
                Connections = 100,
                ConnectionsPerClient = 5,
                MessagesPerConnection = 7,
                Errors = 3,
                CommandTimeout = TimeSpan.FromSeconds(90),
                DataTimeout = TimeSpan.FromMinutes(2),
                MinimumRate = 1024,
                HeaderSize = 65536,
            },
            options.Smtp.Server.Limits);
        Assert.Equal((20, 100, 65536), (options.Smtp.Mime.Depth, options.Smtp.Mime.Parts, options.Smtp.Mime.HeaderBytes));
    }

    [Fact]
    public void Every_key_of_the_senders_checks_is_read()
    {
        var options = ConfigurationCase.OptionsOf(
            """
            hostname: mx.example.com
            domains: [example.com]
            authentication:
              authserv_id: MX2.example.com
              spf: { on_temporary_error: accept }
              dkim: { mode: off, minimum_rsa_bits: 2048 }
              arc: { trusted_sealers: [Google.com, "bücher.example"] }
              dnsbl: [{ zone: zen.example.net, codes: [127.0.0.2, "127.0.0.4-127.0.0.11"], timeout: 1s, allow: true }]
              iprev: off
              greylist: { delay: 1m, expire: 7d }
              limits: { dns_time: 5s, dns_queries: 4, spf_terms: 9, spf_void_lookups: 1, dkim_signatures: 3, arc_sets: 20 }
            """);
        var checks = options.Authentication;
        Assert.Equal("mx2.example.com", checks.AuthservId);
        Assert.Equal(new CheckOptions(), checks.Spf);
        Assert.Equal((CheckMode.Off, 2048), (checks.Dkim.Mode, checks.MinimumRsaBits));
        Assert.True(checks.Dmarc.IsOn && checks.Arc.IsOn && !checks.Iprev.IsOn);
        Assert.Equal(["google.com", "xn--bcher-kva.example"], checks.Arc.TrustedSealers);
        var list = Assert.Single(checks.Dnsbl);
        Assert.Equal(("zen.example.net", TimeSpan.FromSeconds(1), true), (list.Zone, list.Timeout, list.Allow));
        Assert.Equal(["127.0.0.2", "127.0.0.4-127.0.0.11"], list.Codes.Select(codes => codes.ToString()));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)), (checks.Greylist!.Delay, checks.Greylist.Expire));
        var limits = new AuthenticationLimits
        {
            DnsTime = TimeSpan.FromSeconds(5),
            DnsQueries = 4,
            SpfTerms = 9,
            SpfVoidLookups = 1,
            DkimSignatures = 3,
            ArcSets = 20,
        };
        Assert.Equal(limits, checks.Limits);
    }

    [Fact]
    public void A_webhook_is_read_with_all_its_keys()
    {
        var destination = Assert.Single(ConfigurationCase.OptionsOf("""
            domains: [example.com]
            destinations:
              helpdesk:
                webhook:
                  url: "https://app.example.com/hooks/mail"
                  format: raw
                  secret: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazrMYUsx]
                  headers: { X-Env: prod, X-Number: 7 }
                  auth: { basic: "user:pass" }
                  attachments: { inline: 2MB, otherwise: omit }
                  responses: { 406: discard, 410: pause }
                  timeout: 10s
                  concurrency: 4
                  rate: 100/s
                  order: recipient
                  retry: { schedule: [1s, 1m], maximum_age: 1d, jitter: 10% }
                  on_failure: bounce
                  circuit: { failures: 3, window: 30s, probe: 5s }
            """).Destinations);
        var webhook = destination.As<WebhookSettings>()!.Target;
        Assert.Equal(("helpdesk", "https://app.example.com/hooks/mail", "raw"), (webhook.Name, webhook.Url, webhook.Format));
        Assert.Equal(2, webhook.Secrets.Count);
        Assert.Equal(("prod", "7"), (webhook.Headers["x-env"], webhook.Headers["X-Number"]));
        Assert.Equal(
            ("user:pass", 2L << 20, LargeAttachments.Omit), (webhook.BasicAuth, webhook.InlineAttachments, webhook.OtherAttachments));
        Assert.Equal((WebhookStatusMeaning.Discard, WebhookStatusMeaning.Pause), (webhook.Responses[406], webhook.Responses[410]));
        Assert.Equal(TimeSpan.FromSeconds(10), webhook.Timeout);
        var queue = destination.Queue;
        Assert.Equal(
            ("webhook", 4, 100, TimeSpan.FromSeconds(1), DeliveryOrder.Recipient),
            (queue.Kind, queue.Concurrency, queue.Rate, queue.RatePeriod, queue.Order));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)], queue.Retry.Schedule);
        Assert.Equal((TimeSpan.FromDays(1), 0.1, "bounce"), (queue.Retry.MaximumAge, queue.Retry.Jitter, queue.OnFailure));
        Assert.Equal(
            new CircuitOptions { Failures = 3, Window = TimeSpan.FromSeconds(30), Probe = TimeSpan.FromSeconds(5) }, queue.Circuit);
    }

    [Fact]
    public void Mailbox_store_and_smarthost_are_read()
    {
        var options = ConfigurationCase.OptionsOf("""
            hostname: mx.example.com
            domains: [example.com]
            destinations:
              mailboxes: { lmtp: { address: "unix:dovecot.sock", concurrency: 8, connection_reuse: 50 } }
              outbound: { relay: { host: smtp.example.net, port: 587, tls: require, auth: { user: u, password: p } } }
            """);
        var lmtp = options.Destinations[0].As<LmtpOptions>()!;
        Assert.Equal(("unix:/etc/ib/dovecot.sock", "mx.example.com", 50), (lmtp.Address, lmtp.Hostname, lmtp.ConnectionReuse));
        Assert.Equal(8, options.Destinations[0].Queue.Concurrency);
        var relay = options.Destinations[1].As<RelayOptions>()!;
        Assert.Equal(
            ("smtp.example.net", 587, RelayTls.Require, "u", "p"), (relay.Host, relay.Port, relay.Tls, relay.User, relay.Password));
    }

    [Fact]
    public void Paths_are_relative_to_the_file_that_names_them()
    {
        var files = new ConfigurationCase();
        files.Files.Texts["/etc/ib/tls/full.pem"] = "…";
        files.Files.Texts["/etc/ib/tls/key.pem"] = "…";
        files.Files.Texts["/etc/ib/mail-rules/a.yaml"] = "rules: []";
        var options = files.Options("""
            domains: [example.com]
            tls: { certificates: [{ cert: tls/full.pem, key: tls/key.pem }], minimum: "1.3" }
            rules: { path: mail-rules/, default: discard }
            spool: { path: ../spool, retain: { delivered: 1d, dead: 2d, bodies: false }, minimum_free: 1GB }
            """);
        Assert.Equal(new CertificateFiles("/etc/ib/tls/full.pem", "/etc/ib/tls/key.pem"), Assert.Single(options.Tls.Certificates));
        Assert.Equal(SslProtocols.Tls13, options.Tls.Protocols);
        Assert.Equal("/etc/ib/mail-rules/", options.Rules.Path);
        Assert.Equal("/etc/spool", options.Spool.Path);
        Assert.Equal((TimeSpan.FromDays(1), TimeSpan.FromDays(2), false, 1L << 30),
            (options.Spool.RetainDelivered, options.Spool.RetainDead, options.Spool.RetainBodies, options.Spool.MinimumFree));
    }

    [Fact]
    public void A_problem_in_one_section_hides_none_in_another()
    {
        var outcome = new ConfigurationCase().Read("""
            hostnam: mx
            smtp: { limits: { errors: none } }
            destinations: { a: { webhook: { format: json } } }
            """);
        Assert.Null(outcome.Options);
        Assert.Equal(3, outcome.Problems.Items.Count(problem => !problem.IsWarning));
    }
}

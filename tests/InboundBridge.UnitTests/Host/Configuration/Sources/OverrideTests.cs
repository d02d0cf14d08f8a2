using System.Net;
using InboundBridge.Configuration.Destinations.Webhook;
using InboundBridge.MailFlow.Delivery.SmtpRelay;

namespace InboundBridge.UnitTests.Host.Configuration.Sources;

public class OverrideTests
{
    [Fact]
    public void The_command_line_beats_the_environment_beats_the_file()
    {
        var given = new ConfigurationCase();
        given.Environment["INBOUNDBRIDGE__SMTP__HOSTNAME"] = "env.example.com";
        given.Environment["INBOUNDBRIDGE__SMTP__LIMITS__ERRORS"] = "5";
        given.Set.Add("smtp.limits.errors=7");
        var smtp =
            given.Options(
                "{ domains: [example.com], smtp: { hostname: file.example.com, limits: { errors: 3, recipients: 200 } } }").Smtp.Server;
        Assert.Equal(("env.example.com", 7, 200), (smtp.Hostname, smtp.Limits.Errors, smtp.Limits.Recipients));
    }

    [Fact]
    public void Lists_and_mappings_are_flow_yaml_and_items_have_numbers()
    {
        var given = new ConfigurationCase();
        given.Environment["INBOUNDBRIDGE__DOMAINS"] = "[a.example, b.example]";
        given.Environment["INBOUNDBRIDGE__SMTP__LISTENERS__1"] = "{ address: '127.0.0.1:2526', mode: lmtp }";
        given.Set.Add("smtp.listeners.0.address=127.0.0.1:0");
        var options = given.Options("smtp: { listeners: [{ address: '127.0.0.1:25', name: first }] }");
        Assert.Equal(["a.example", "b.example"], options.Domains);
        Assert.Equal(["first", "127.0.0.1:2526"], options.Smtp.Listeners.Select(listener => listener.Name));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 0), options.Smtp.Listeners[0].Address);
    }

    [Fact]
    public void A_password_needs_no_quotes()
    {
        var given = new ConfigurationCase();
        given.Environment["INBOUNDBRIDGE__DESTINATIONS__OUT__RELAY__AUTH__PASSWORD"] = "*p: #%@!";
        var options =
            given.Options(
                "{ domains: [example.com], destinations: { out: { relay: { host: smtp.example.net, tls: require, auth: { user: u } } } } }");
        Assert.Equal("*p: #%@!", options.Destinations[0].As<RelayOptions>()!.Password);
    }

    [Fact]
    public void A_destination_with_a_hyphen_is_found_under_its_shell_name()
    {
        var given = new ConfigurationCase();
        given.Environment["INBOUNDBRIDGE__DESTINATIONS__HELP_DESK__WEBHOOK__TIMEOUT"] = "3s";
        var options = given.Options("{ domains: [example.com], destinations: { help-desk: { webhook: { url: 'https://a.example' } } } }");
        Assert.Equal(TimeSpan.FromSeconds(3), Assert.Single(options.Destinations).As<WebhookSettings>()!.Target.Timeout);
    }

    [Fact]
    public void Without_a_file_settings_alone_make_a_configuration()
    {
        var given = new ConfigurationCase();
        given.Set.AddRange(["destinations.hook.webhook.url=http://127.0.0.1:9000/", "rules.default=hook"]);
        var options = given.Options(null);
        Assert.Equal("hook", options.Rules.Default.Destination);
        Assert.Equal(["localhost", "example.com"], options.Domains);
    }

    [Fact]
    public void Values_are_expanded_from_environment_and_files()
    {
        var given = new ConfigurationCase();
        given.Environment["HOST"] = "mx.example.com";
        given.Files.Texts["/etc/ib/secrets/relay"] = "p:w {1}\n";
        var options = given.Options("""
            hostname: ${HOST}
            domains: ["${DOMAIN:-example.com}"]
            destinations:
              out: { relay: { host: "smtp.${DOMAIN:-example.net}", tls: require, auth: { user: "$${u}", password: "${file:secrets/relay}" } } }
            """);
        var relay = options.Destinations[0].As<RelayOptions>()!;
        Assert.Equal(("mx.example.com", "smtp.example.net", "${u}", "p:w {1}"), (options.Hostname, relay.Host, relay.User, relay.Password));
    }
}

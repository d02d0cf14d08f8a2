using System.Net;
using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue.Destinations;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transport;

/// <summary>A sender can't use us to reach addresses that only we can reach.</summary>
public class PrivateAddressTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2001::1")]
    public void Special_addresses_are_private(string address) => Assert.True(PrivateAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("2002:808:808::1")]
    [InlineData("2606:4700::1111")]
    public void Public_addresses_are_not_private(string address) => Assert.False(PrivateAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://app.example.com/{ticket}", "https://app.example.com/42", false)]
    [InlineData("https://APP.example.com", "https://app.example.com:443/x", false)]
    [InlineData("https://user:pass@app.example.com/", "https://app.example.com/x", false)]
    [InlineData("https://{tenant}.example.com/", "https://a.example.com/", true)]
    [InlineData("https://{host}", "https://a.example.com/", true)]
    [InlineData("https://app.example.com:{port}/", "https://app.example.com:1/", true)]
    [InlineData("https://app.example.com/", "https://other.example.com/", true)]
    [InlineData("https://app.example.com/", "https://app.example.com:8443/", true)]
    [InlineData("https://app.example.com/", "https://app.example.com.evil.example/", true)]
    [InlineData("http://127.0.0.1:9000/", "http://127.0.0.1:9000/x", false)]
    public void Only_the_configured_host_is_trusted(string configured, string url, bool fromMail) =>
        Assert.Equal(fromMail, WebhookUrl.HostMayComeFromMail(configured, new Uri(url)));

    [Theory]
    [InlineData("http://{sender_host}/", null)]
    [InlineData("http://app.example.com/", "127.0.0.1")]
    [InlineData("http://app.example.com/", "localhost")]
    [InlineData("http://app.example.com/", "[::1]")]
    [InlineData("http://app.example.com/", "[::ffff:127.0.0.1]")]
    [InlineData("http://app.example.com/", "0x7f.1")]
    [InlineData("http://app.example.com/", "2130706433")]
    public async Task A_private_host_from_the_mail_is_refused_before_anything_is_sent(string configured, string? host)
    {
        await using var receiver = new ScriptedReceiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", null);
        var port = new Uri(receiver.Url).Port;
        using var connections = new WebhookConnections(TimeProvider.System);
        var delivery = Sample with
        {
            Vars = new Dictionary<string, string> { ["sender_host"] = "127.0.0.1" },
            OptionsJson = host is null ? null : $$"""{"url": "http://{{host}}:{{port}}/", "url_host_from_mail": true}""",
        };
        await using var target = new WebhookTarget(Options with { Url = configured },
            Services(new RecordingHandler()) with { Connections = connections });
        var outcome = Assert.IsType<DeliveryOutcome.RetryLater>(await target.DeliverAsync(Attempt(delivery), CancellationToken.None));
        Assert.Contains("not allowed", outcome.Reply.Text);
        Assert.Equal(0, receiver.Connections);
    }

    [Fact]
    public async Task Private_addresses_may_be_allowed()
    {
        await using var receiver = new ScriptedReceiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", null);
        using var connections = new WebhookConnections(TimeProvider.System);
        var delivery = Sample with { OptionsJson = $$"""{"url": "{{receiver.Url}}", "url_host_from_mail": true}""" };
        await using var target = new WebhookTarget(Options with { AllowPrivateAddresses = true },
            Services(new RecordingHandler()) with { Connections = connections });
        Assert.IsType<DeliveryOutcome.Delivered>(await target.DeliverAsync(Attempt(delivery), CancellationToken.None));
    }

    [Theory]
    [InlineData("{\"url\": \"URL\"}", "http://app.example.com/")]
    [InlineData("{\"url\": \"URL\", \"url_host_from_mail\": false}", "http://app.example.com/")]
    [InlineData("{\"url\": \"URL\", \"url_host_from_mail\": true}", "URL")]
    public async Task A_host_that_a_rule_or_the_configuration_names_may_be_private(string options, string configured)
    {
        await using var receiver = new ScriptedReceiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", null);
        using var connections = new WebhookConnections(TimeProvider.System);
        var delivery = Sample with { OptionsJson = options.Replace("URL", receiver.Url, StringComparison.Ordinal) };
        await using var target = new WebhookTarget(
            Options with { Url = configured.Replace("URL", receiver.Url, StringComparison.Ordinal) },
            Services(new RecordingHandler()) with { Connections = connections });
        Assert.IsType<DeliveryOutcome.Delivered>(await target.DeliverAsync(Attempt(delivery), CancellationToken.None));
    }

    /// <summary>Braces that a rule doubles arrive at the delivery as a template, which is filled from the mail.</summary>
    [Fact]
    public async Task A_template_that_is_left_in_a_rules_url_counts_as_the_mails()
    {
        await using var receiver = new ScriptedReceiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", null);
        using var connections = new WebhookConnections(TimeProvider.System);
        var delivery = Sample with
        {
            Vars = new Dictionary<string, string> { ["host"] = "127.0.0.1" },
            OptionsJson = $$"""{"url": "http://{host}:{{new Uri(receiver.Url).Port}}/"}""",
        };
        await using var target = new WebhookTarget(Options, Services(new RecordingHandler()) with { Connections = connections });
        Assert.IsType<DeliveryOutcome.RetryLater>(await target.DeliverAsync(Attempt(delivery), CancellationToken.None));
        Assert.Equal(0, receiver.Connections);
    }

    [Fact]
    public async Task A_redirect_from_a_public_host_is_not_followed()
    {
        await using var home = new ScriptedReceiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", null);
        await using var receiver =
            new ScriptedReceiver($"HTTP/1.1 307 Temporary Redirect\r\nLocation: {home.Url}\r\nContent-Length: 0\r\n\r\n", null);
        using var connections = new WebhookConnections(TimeProvider.System);
        await using var target = new WebhookTarget(Options with { Url = receiver.Url },
            Services(new RecordingHandler()) with { Connections = connections });
        Assert.IsType<DeliveryOutcome.RetryLater>(await target.DeliverAsync(Attempt(), CancellationToken.None));
        Assert.Equal(0, home.Connections);
    }

    [Fact]
    public async Task Another_host_does_not_get_the_configured_hosts_credentials()
    {
        var handler = new RecordingHandler();
        var options = Options with { BasicAuth = "user:password" };
        await DeliverAsync(handler, options, Attempt(Sample with { OptionsJson = """{"url": "https://other.example.com/"}""" }));
        await DeliverAsync(
            handler, options,
            Attempt(Sample with { OptionsJson = """{"auth": {"bearer": "own"}, "url": "https://other.example.com/"}""" }));
        await DeliverAsync(handler, options, Attempt(Sample with { OptionsJson = """{"url": "https://app.example.com/other"}""" }));
        Assert.Equal([null, "Bearer own", "Basic dXNlcjpwYXNzd29yZA=="],
            handler.Requests.Select(request => request.Header("Authorization")));
    }
}

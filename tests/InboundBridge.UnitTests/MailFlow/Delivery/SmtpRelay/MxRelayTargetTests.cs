using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Client;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.Smtp.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;

public class MxRelayTargetTests
{
    private readonly ZoneResolver _zone = new ZoneResolver()
        .Mx("one.test", 10, "mx1.one.test").Mx("one.test", 20, "mx2.one.test").Address("mx1.one.test", "192.0.2.1")
            .Address("mx2.one.test", "192.0.2.2")
        .Address("two.test", "192.0.2.3")
        .Mx("none.test", 0, ".");

    private readonly Dictionary<string, string[]> _hosts = [];
    private readonly List<ScriptedServer> _servers = [];
    private readonly List<string> _dialled = [];

    /// <summary>The addresses for examples (RFC 5737) are not public.</summary>
    private bool _privateAllowed = true;

    [Fact]
    public async Task The_recipients_of_each_domain_go_to_its_own_host()
    {
        _hosts["192.0.2.1"] = Script("mx1", "a@one.test", "b@one.test");
        _hosts["192.0.2.3"] = Script("two", "c@two.test");
        var outcome =
            Assert.IsType<DeliveryOutcome.PerRecipient>(await DeliverAsync("a@one.test", "c@two.test", "b@ONE.test", "d@none.test"));
        Assert.Equal(["250 2.0.0 mx1", "250 2.0.0 two", "250 2.0.0 mx1", "556 5.1.10 the domain none.test takes no mail (RFC 7505)"],
            outcome.Recipients.Select(one => one.Outcome.Reply.Text));
        Assert.IsType<DeliveryOutcome.Failed>(outcome.Recipients[3].Outcome);
        // Each recipient's reply names the host that gave it; where no host was asked, there is only our own text.
        Assert.Equal(
            [(250, "2.0.0", "mx1.one.test"), (250, "2.0.0", "two.test"), (250, "2.0.0", "mx1.one.test"),
                ((int?)null, (string?)null, (string?)null)],
            outcome.Recipients.Select(each => (each.Outcome.Reply.Code, each.Outcome.Reply.Enhanced, each.Outcome.Reply.RemoteHost)));
        Assert.All(_servers, server => Assert.Empty(server.Complaints));
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("S:554 5.7.1 not you")]
    [InlineData("S:421 4.3.2 busy")]
    [InlineData("X:close")]
    public async Task The_next_host_is_tried_when_no_session_is_possible(string first)
    {
        if (first != "gone")
            _hosts["192.0.2.1"] = [first];
        _hosts["192.0.2.2"] = Script("mx2", "a@one.test");
        Assert.Equal(new DeliveryOutcome.Delivered(new DeliveryReply(250, "2.0.0", "250 2.0.0 mx2", "mx2.one.test")),
            await DeliverAsync("a@one.test"));
        Assert.Equal(["192.0.2.1", "192.0.2.2"], _dialled);
    }

    [Fact]
    public async Task A_reply_to_the_mail_itself_is_final()
    {
        _hosts["192.0.2.1"] =
            ["S:220 mx1", "C:EHLO us.test", "S:250 mx1", "C:MAIL FROM:<al@example.org>", "S:550 5.7.1 no", "C:RSET", "S:250 ok"];
        var outcome = Assert.IsType<DeliveryOutcome.PerRecipient>(await DeliverAsync("a@one.test"));
        Assert.IsType<DeliveryOutcome.Failed>(outcome.Recipients[0].Outcome);
        Assert.Equal(["192.0.2.1"], _dialled);
    }

    [Theory]
    [InlineData("S:554 5.7.1 not you")]
    [InlineData("gone")]
    public async Task When_no_host_opens_a_session_the_mail_waits(string both)
    {
        if (both != "gone")
            _hosts["192.0.2.1"] = _hosts["192.0.2.2"] = [both];
        var outcome = Assert.IsType<DeliveryOutcome.PerRecipient>(await DeliverAsync("a@one.test"));
        Assert.IsType<DeliveryOutcome.RetryLater>(outcome.Recipients[0].Outcome);
    }

    [Fact]
    public async Task A_server_that_greets_with_our_own_name_is_a_loop()
    {
        _hosts["192.0.2.3"] = ["S:220 us.test", "C:EHLO us.test", "S:250-US.test at your service", "S:250 PIPELINING"];
        var outcome = Assert.IsType<DeliveryOutcome.PerRecipient>(await DeliverAsync("c@two.test"));
        Assert.Equal(new DeliveryOutcome.Failed("554 5.4.6 the server calls itself by our own name: mail would loop"),
            outcome.Recipients[0].Outcome);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("IPv6:::1")]
    [InlineData("IPv6:::")]
    [InlineData("IPv6:::ffff:127.0.0.1")]
    [InlineData("IPv6:::ffff:10.0.0.1")]
    [InlineData("IPv6:64:ff9b::7f00:1")]
    [InlineData("IPv6:2002:7f00:1::")]
    [InlineData("IPv6:fe80::1")]
    [InlineData("IPv6:fd00::1")]
    [InlineData("IPv6:ff02::1")]
    public async Task Mail_for_a_private_address_fails_without_a_connection(string address)
    {
        _privateAllowed = false;
        var outcome = Assert.IsType<DeliveryOutcome.PerRecipient>(await DeliverAsync($"x@[{address}]"));
        var failed = Assert.IsType<DeliveryOutcome.Failed>(outcome.Recipients[0].Outcome);
        Assert.StartsWith($"550 5.4.4 [{address}] is a private address", failed.Reply.Text, StringComparison.Ordinal);
        Assert.Empty(_dialled);
    }

    [Fact]
    public async Task Mail_for_a_domain_with_private_hosts_only_waits_without_a_connection()
    {
        _privateAllowed = false;
        _zone.Mx("evil.test", 10, "a.evil.test").Mx("evil.test", 20, "b.evil.test").Address("a.evil.test", "127.0.0.1")
            .Address("b.evil.test", "::ffff:192.168.0.1")
            .Address("bare.test", "10.0.0.1");
        var outcome = Assert.IsType<DeliveryOutcome.PerRecipient>(await DeliverAsync("x@evil.test", "y@bare.test"));
        Assert.All(
            outcome.Recipients, one =>
                Assert.StartsWith(
                    "451 4.4.4 ", Assert.IsType<DeliveryOutcome.RetryLater>(one.Outcome).Reply.Text, StringComparison.Ordinal));
        Assert.Empty(_dialled);
    }

    [Fact]
    public async Task Of_several_hosts_the_public_ones_are_connected_to()
    {
        _privateAllowed = false;
        _zone.Mx("mixed.test", 10, "in.mixed.test").Mx("mixed.test", 20, "out.mixed.test")
            .Address("in.mixed.test", "192.168.0.1").Address("out.mixed.test", "127.0.0.1").Address("out.mixed.test", "198.41.0.4");
        _hosts["198.41.0.4"] = Script("out", "a@mixed.test");
        Assert.Equal(new DeliveryOutcome.Delivered(new DeliveryReply(250, "2.0.0", "250 2.0.0 out", "out.mixed.test")),
            await DeliverAsync("a@mixed.test"));
        Assert.Equal(["198.41.0.4"], _dialled);
    }

    [Fact]
    public async Task A_machine_that_knows_itself_by_a_loopback_address_has_a_working_resolver()
    {
        var options = new RelayOptions { Name = "direct", Host = "", Mx = true, Hostname = "self.test" };
        await using var target = new MxRelayTarget(
            options, _zone.Address("self.test", "127.0.1.1"), new FakeTimeProvider(FakeTime.Start), NullLogger<MxRelayTarget>.Instance,
            Path.GetTempPath(), new Random(1), DialAsync);
        Assert.IsType<DeliveryOutcome.Delivered>(await target.ProbeAsync(TestContext.Current.CancellationToken));
    }

    private static string[] Script(string name, params string[] recipients) =>
    [
        $"S:220 {name}", "C:EHLO us.test", $"S:250 {name}", "C:MAIL FROM:<al@example.org>", "S:250 ok",
        .. recipients.SelectMany(
            recipient => new[] { $"C:RCPT TO:<{recipient.Replace("b@one", "b@ONE", StringComparison.Ordinal)}>", "S:250 ok" }),
        "C:DATA", "S:354 ok", "C:Received: by us", "C:Subject: hello", "C:", "C:Hello.", "C:.", $"S:250 2.0.0 {name}",
    ];

    private async Task<DeliveryOutcome> DeliverAsync(params string[] recipients)
    {
        var options =
            new RelayOptions { Name = "direct", Host = "", Mx = true, Hostname = "us.test", AllowPrivateAddresses = _privateAllowed };
        await using var target = new MxRelayTarget(options, _zone, new FakeTimeProvider(FakeTime.Start),
            NullLogger<MxRelayTarget>.Instance, Path.GetTempPath(), new Random(1), DialAsync);
        return await target.DeliverAsync(DeliveryFixture.Attempt(recipients), TestContext.Current.CancellationToken);
    }

    private ValueTask<Stream> DialAsync(SmtpEndpoint server, CancellationToken cancellationToken)
    {
        lock (_servers)
        {
            _dialled.Add(server.Host);
            if (!_hosts.TryGetValue(server.Host, out var script))
                throw new IOException("connection refused");
            var connection = new MemoryConnection();
            var scripted = new ScriptedServer(connection.Server, script);
            _servers.Add(scripted);
            _ = scripted.PlayAsync();
            return new ValueTask<Stream>(connection.Client);
        }
    }
}

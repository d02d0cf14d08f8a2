using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.Smtp.Client;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.Metrics;
using InboundBridge.UnitTests.MailFlow.TransportSecurity;
using InboundBridge.UnitTests.Smtp.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SmtpRelay;

/// <summary>Mail to mail exchangers under DANE, MTA-STS, REQUIRETLS and without any of them.</summary>
public sealed class ProtectedRelayTests : IDisposable
{
    private const string Host = "mx1.one.test";
    private const string Address = "192.0.2.1";
    private const string SecondAddress = "192.0.2.2";
    private const string Tlsa = "_25._tcp.mx1.one.test";

    private readonly CertificateShop _shop = new();
    private readonly FakeTimeProvider _clock = new(CertificateShop.Now);
    private readonly Dictionary<string, TlsServer> _servers = [];
    private readonly List<string> _dialled = [];
    private readonly string _roots = Path.GetTempFileName();
    private readonly MetricRegistry _metrics = new();
    private readonly ZoneResolver _zone = new ZoneResolver().Mx("one.test", 10, Host).Mx("one.test", 20, "mx2.one.test")
        .Address(Host, Address).Address("mx2.one.test", SecondAddress);

    private string? _policy;
    private RelayTls _tls = RelayTls.Opportunistic;
    private MailEnvelope? _envelope;
    private string _mail = DeliveryFixture.Mail;

    public ProtectedRelayTests() => File.WriteAllText(_roots, _shop.Root.ExportCertificatePem());

    public void Dispose() => File.Delete(_roots);

    [Theory]
    [InlineData("right", "mta_sts verified")]
    [InlineData("wrong name", "mta_sts certificate-host-mismatch")]
    [InlineData("expired", "mta_sts certificate-expired")]
    [InlineData("untrusted", "mta_sts certificate-not-trusted")]
    [InlineData("stripped", "mta_sts starttls-not-supported")]
    [InlineData("broken", "mta_sts validation-failure")]
    public async Task An_enforced_policy_demands_a_valid_certificate(string server, string counted)
    {
        Policy("enforce", Host);
        Serve(Address, server);
        await AssertAsync(isDelivered: server == "right");
        Assert.Contains(counted, await CountedAsync());
        Assert.DoesNotContain("MAIL FROM:<al@example.org>", _servers[Address].Clear);
    }

    [Theory]
    [InlineData("right", "mta_sts_testing verified")]
    [InlineData("wrong name", "mta_sts_testing certificate-host-mismatch")]
    [InlineData("expired", "mta_sts_testing certificate-expired")]
    [InlineData("untrusted", "mta_sts_testing certificate-not-trusted")]
    [InlineData("stripped", "mta_sts_testing starttls-not-supported")]
    [InlineData("broken", "mta_sts_testing validation-failure")]
    public async Task A_tested_policy_counts_and_lets_mail_pass(string server, string counted)
    {
        Policy("testing", Host);
        Serve(Address, server);
        await AssertAsync(isDelivered: true);
        Assert.Equal([counted], await CountedAsync());
    }

    [Fact]
    public async Task A_host_that_an_enforced_policy_does_not_list_is_not_connected_to()
    {
        Policy("enforce", "mx2.one.test");
        Serve(Address, "right");
        Serve(SecondAddress, "right", "mx2.one.test");
        await AssertAsync(isDelivered: true);
        Assert.Equal([SecondAddress], _dialled);
        Assert.Equal(["mta_sts validation-failure", "mta_sts verified"], await CountedAsync());
    }

    [Fact]
    public async Task Without_a_listed_host_the_mail_waits()
    {
        Policy("enforce", "*.other.test");
        var waits = Assert.IsType<DeliveryOutcome.RetryLater>((await DeliverAsync()).Recipients[0].Outcome);
        Assert.Contains("the MTA-STS policy of one.test does not list mx2.one.test", waits.Reply.Text, StringComparison.Ordinal);
        Assert.Empty(_dialled);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("not fetched")]
    public async Task Without_a_policy_any_certificate_and_no_tls_will_do(string mode)
    {
        if (mode == "none")
            Policy("none", "mx9.one.test");
        else
            _zone.Txt("_mta-sts.one.test", "v=STSv1; id=1;");
        Serve(Address, "stripped");
        await AssertAsync(isDelivered: true);
        string[] counted = mode == "none" ? ["none plain"] : ["mta_sts sts-policy-fetch-error", "none plain"];
        Assert.Equal(counted, await CountedAsync());
    }

    [Theory]
    [InlineData("right", true)]
    [InlineData("wrong name", true)]
    [InlineData("expired", true)]
    [InlineData("other key", false)]
    [InlineData("stripped", false)]
    [InlineData("broken", false)]
    public async Task A_tlsa_record_of_the_servers_own_key_is_all_that_counts(string server, bool isDelivered)
    {
        _zone.Authenticated = true;
        var own = Serve(Address, server);
        var published = server == "other key" ? _shop.For(Host) : own;
        _zone.Tlsa(Tlsa, 3, 1, 1, SHA256.HashData(CertificateShop.Key(published)));
        await AssertAsync(isDelivered);
        var failure = server == "stripped" ? "dane starttls-not-supported" : "dane validation-failure";
        Assert.Contains(isDelivered ? "dane verified" : failure, await CountedAsync());
        Assert.DoesNotContain("MAIL FROM:<al@example.org>", _servers[Address].Clear);
    }

    [Theory]
    [InlineData("right", true)]
    [InlineData("next-hop name", true)]
    [InlineData("wrong name", false)]
    [InlineData("expired", false)]
    public async Task A_tlsa_record_of_an_authority_needs_chain_and_name(string server, bool isDelivered)
    {
        _zone.Authenticated = true;
        _zone.Tlsa(Tlsa, 2, 0, 1, SHA256.HashData(_shop.Authority.RawData));
        Serve(Address, server);
        await AssertAsync(isDelivered);
    }

    [Fact]
    public async Task Unusable_tlsa_records_demand_tls_without_a_valid_certificate()
    {
        _zone.Authenticated = true;
        _zone.Tlsa(Tlsa, 1, 1, 1, new byte[32]).Tlsa("_25._tcp.mx2.one.test", 0, 0, 1, new byte[32]);
        Serve(Address, "stripped");
        Serve(SecondAddress, "untrusted", "mx2.one.test");
        await AssertAsync(isDelivered: true);
        Assert.Equal(["dane encrypted", "dane starttls-not-supported"], await CountedAsync());
        Assert.DoesNotContain("MAIL FROM:<al@example.org>", _servers[Address].Clear);
    }

    [Fact]
    public async Task A_host_whose_tlsa_look_up_fails_is_not_used()
    {
        _zone.Authenticated = true;
        _zone.Failing(Tlsa);
        Serve(Address, "right");
        Serve(SecondAddress, "stripped");
        await AssertAsync(isDelivered: true);
        Assert.Equal([SecondAddress], _dialled);
        _zone.Remove("mx2.one.test");
        await AssertAsync(isDelivered: false);
    }

    [Theory]
    [InlineData("one.test")]
    [InlineData(Host)]
    [InlineData(Tlsa)]
    public async Task Without_a_validated_answer_at_each_step_tlsa_records_do_not_count(string unsigned)
    {
        _zone.Authenticated = true;
        _zone.Unsigned(unsigned).Tlsa(Tlsa, 3, 1, 1, new byte[32]);
        Serve(Address, "stripped");
        await AssertAsync(isDelivered: true);
        Assert.Equal(["none plain"], await CountedAsync());
    }

    [Fact]
    public async Task Dane_comes_before_mta_sts()
    {
        _zone.Authenticated = true;
        Policy("enforce", "*.other.test");
        _zone.Tlsa(Tlsa, 3, 1, 1, SHA256.HashData(CertificateShop.Key(Serve(Address, "wrong name"))));
        await AssertAsync(isDelivered: true);
        Assert.Equal(["dane verified"], await CountedAsync());
    }

    [Fact]
    public async Task Tlsa_records_behind_an_alias_count()
    {
        _zone.Authenticated = true;
        _zone.Mx("two.test", 10, "alias.two.test").Alias("alias.two.test", Host);
        _zone.Tlsa(Tlsa, 3, 1, 1, new byte[32]);
        Serve(Address, "right");
        await AssertAsync(isDelivered: false, "a@two.test");
        Assert.Equal(["dane validation-failure"], await CountedAsync());
    }

    [Theory]
    [InlineData("dane", "other key", "is not the one that its domain has published (TLSA). DANE demands TLS with")]
    [InlineData("dane", "stripped", "the server does not offer STARTTLS, and mail may not go to it unencrypted. DANE demands TLS with")]
    [InlineData("mta-sts", "stripped", "mail may not go to it unencrypted. The MTA-STS policy of one.test demands TLS")]
    public async Task A_failure_says_who_demands_tls(string policy, string server, string expected)
    {
        _zone.Authenticated = policy == "dane";
        _zone.Remove("mx2.one.test");
        if (policy == "dane")
            _zone.Tlsa(Tlsa, 3, 1, 1, new byte[32]);
        else
            Policy("enforce", Host);
        Serve(Address, server);
        var text = (await DeliverAsync()).Recipients[0].Outcome.Reply.Text;
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Equal(policy == "dane", text.EndsWith($"{Tlsa} has 3 1 1 {new string('0', 64)}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dane")]
    [InlineData("mta-sts")]
    public async Task The_senders_no_to_tls_overrides_the_recipients_policy(string policy)
    {
        _mail = "Subject: x\r\nTLS-Required: No\r\n\r\n";
        if (policy == "dane")
            _zone.Authenticated = true;
        _zone.Tlsa(Tlsa, 3, 1, 1, new byte[32]);
        Policy("enforce", "*.other.test");
        Serve(Address, "stripped");
        await AssertAsync(isDelivered: true);
        Assert.Equal(["none plain"], await CountedAsync());
    }

    [Theory]
    [InlineData("policy", "right", "delivered")]
    [InlineData("dnssec", "right", "delivered")]
    [InlineData("nothing", "right", "550 5.7.30")]
    [InlineData("policy", "no requiretls", "550 5.7.30")]
    [InlineData("policy", "wrong name", "451 4.7.5")]
    [InlineData("policy", "stripped", "451 4.7.5")]
    public async Task Requiretls_needs_a_vouched_host_a_valid_certificate_and_the_promise(string vouching, string server, string expected)
    {
        _envelope = new MailEnvelope { Sender = "al@example.org", Recipients = [new MailRecipient("a@one.test")], RequireTls = true };
        // REQUIRETLS takes precedence over the header field.
        _mail = "Subject: x\r\nTLS-Required: No\r\n\r\n";
        if (vouching == "policy")
            Policy("testing", "*.one.test");
        _zone.Authenticated = vouching == "dnssec";
        Serve(Address, server);
        _zone.Remove("mx2.one.test");
        var reply = (await DeliverAsync()).Recipients[0].Outcome;
        if (expected == "delivered")
        {
            Assert.IsType<DeliveryOutcome.Delivered>(reply);
            Assert.Contains("MAIL FROM:<al@example.org> REQUIRETLS", _servers[Address].Secured);
            return;
        }
        Assert.StartsWith(expected, reply.Reply.Text, StringComparison.Ordinal);
        Assert.Equal(expected.StartsWith('5'), reply is DeliveryOutcome.Failed);
    }

    [Fact]
    public async Task Another_host_may_promise_what_requiretls_asks_for()
    {
        _envelope = new MailEnvelope { Sender = "al@example.org", Recipients = [new MailRecipient("a@one.test")], RequireTls = true };
        _zone.Authenticated = true;
        Serve(Address, "no requiretls");
        Serve(SecondAddress, "right", "mx2.one.test");
        await AssertAsync(isDelivered: true);
        Assert.Equal([Address, SecondAddress], _dialled);
    }

    [Fact]
    public async Task An_open_connection_without_proof_is_not_used_for_mail_that_demands_one()
    {
        Serve(Address, "untrusted");
        await using var target = Target();
        Assert.IsType<DeliveryOutcome.Delivered>((await DeliverAsync(target)).Recipients[0].Outcome);
        Policy("enforce", Host);
        Assert.IsType<DeliveryOutcome.RetryLater>((await DeliverAsync(target)).Recipients[0].Outcome);
        Assert.Equal(["mta_sts certificate-not-trusted", "mta_sts validation-failure", "none encrypted"], await CountedAsync());
    }

    [Fact]
    public async Task With_tls_off_no_policy_is_asked_for()
    {
        _tls = RelayTls.Off;
        Policy("enforce", "*.other.test");
        Serve(Address, "right");
        await AssertAsync(isDelivered: true);
        Assert.DoesNotContain(("_mta-sts.one.test", DnsRecordType.Txt), _zone.Asked);
    }

    private async Task AssertAsync(bool isDelivered, string recipient = "a@one.test")
    {
        var outcome = await DeliverAsync(recipient: recipient);
        if (isDelivered)
            Assert.IsType<DeliveryOutcome.Delivered>(outcome.Recipients[0].Outcome);
        else
            Assert.IsType<DeliveryOutcome.RetryLater>(outcome.Recipients[0].Outcome);
    }

    private void Policy(string mode, string host)
    {
        _policy = $"version: STSv1\nmode: {mode}\nmx: {host}\nmax_age: 604800\n";
        _zone.Txt("_mta-sts.one.test", "v=STSv1; id=1;");
    }

    private System.Security.Cryptography.X509Certificates.X509Certificate2 Serve(string address, string kind, string host = Host)
    {
        var own = kind switch
        {
            "wrong name" => _shop.For("wrong.test"),
            "next-hop name" => _shop.For("one.test"),
            "expired" => _shop.For(host, days: -1),
            "untrusted" => new CertificateShop().For(host),
            _ => _shop.For(host),
        };
        _servers[address] = new TlsServer(host, kind == "stripped" ? "8BITMIME" : "STARTTLS", brokenHandshake: kind == "broken")
        {
            Own = own,
            Others = [_shop.Authority],
            SecuredExtensions = kind == "no requiretls" ? "8BITMIME" : "REQUIRETLS",
        };
        return own;
    }

    private async Task<string[]> CountedAsync() =>
    [
        .. (await MetricsText.ReadAsync(_metrics)).Split('\n')
            .Where(line => line.StartsWith("inboundbridge_relay_tls_sessions_total{", StringComparison.Ordinal))
            .Select(line => string.Join(' ', line.Split('"').Where((_, index) => index % 2 == 1))).Order(StringComparer.Ordinal),
    ];

    private MxRelayTarget Target()
    {
        var options = new RelayOptions
        {
            Name = "direct",
            Host = "",
            Mx = true,
            Hostname = "us.test",
            AllowPrivateAddresses = true,
            Tls = _tls,
            TrustedCertificates = _roots,
        };
        var services = new TransportServices(new MemoryNotes(_clock), NullLoggerFactory.Instance)
        {
            Metrics = new TransportMetrics(_metrics),
        };
        return new MxRelayTarget(
            options, _zone, _clock, NullLogger<MxRelayTarget>.Instance, Path.GetTempPath(), new Random(1), DialAsync, services,
            FetchAsync);
    }

    private async Task<DeliveryOutcome.PerRecipient> DeliverAsync(MxRelayTarget? target = null, string recipient = "a@one.test")
    {
        await using var own = Target();
        var attempt = DeliveryFixture.Attempt([recipient], _envelope) with
        {
            Content = MailContent.FromMemory(Encoding.ASCII.GetBytes(_mail)),
        };
        var outcome = await (target ?? own).DeliverAsync(attempt, TestContext.Current.CancellationToken);
        return outcome as DeliveryOutcome.PerRecipient
            ?? new DeliveryOutcome.PerRecipient(outcome.Reply, [new RecipientOutcome(attempt.Delivery.Recipients[0], outcome)]);
    }

    private ValueTask<MtaStsFetched> FetchAsync(string domain, CancellationToken cancellationToken) => new(
        _policy is { } text && MtaStsPolicyReader.TryRead(Encoding.ASCII.GetBytes(text), out var policy, out _)
            ? new MtaStsFetched(policy)
            : new MtaStsFetched(null, TlsFailure.StsPolicyFetchError, "404"));

    private ValueTask<Stream> DialAsync(SmtpEndpoint server, CancellationToken cancellationToken)
    {
        lock (_dialled)
            _dialled.Add(server.Host);
        if (!_servers.TryGetValue(server.Host, out var scripted))
            throw new IOException("connection refused");
        var connection = new MemoryConnection();
        _ = scripted.ServeAsync(connection.Server);
        return new ValueTask<Stream>(connection.Client);
    }
}

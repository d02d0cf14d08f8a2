using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Reception.Checks;
using InboundBridge.MailFlow.Reception.Transactions;
using InboundBridge.MailFlow.SenderAuthentication;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.MailFlow.Reception;

/// <summary>
/// A receiver whose checks of the sender look into a zone. The client is 192.0.2.1, mail.customer.example; the mails are
/// al@customer.example's.
/// </summary>
internal sealed class SenderScene : IAsyncDisposable
{
    public const string Everything = "rules: [ { name: all, then: [ webhook: hook ] } ]";

    public const string Mail = "From: Al <al@customer.example>\r\nSubject: hello\r\n\r\ntext\r\n";

    public required ReceptionFixture Reception { get; init; }

    public required ZoneResolver Zone { get; init; }

    public static string Signed { get; } = new SlowSigner
    {
        Tags = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=customer.example; s=s1; ",
    }.Sign(Mail);

    /// <summary>A zone in which everything passes.</summary>
    public static ZoneResolver GoodZone(TimeProvider? clock = null) => new ZoneResolver(clock)
        .Ptr("192.0.2.1", "mail.customer.example").Address("mail.customer.example", "192.0.2.1")
        .Txt("customer.example", "v=spf1 ip4:192.0.2.1 -all")
        .Txt("s1._domainkey.customer.example", SlowSigner.RsaRecord)
        .Txt("_dmarc.customer.example", "v=DMARC1; p=reject");

    /// <param name="zone">By the clock of the fixture; null: <see cref="GoodZone"/>.</param>
    public static async Task<SenderScene> CreateAsync(
        Func<TimeProvider, ZoneResolver>? zone = null, string rules = Everything, SenderCheckOptions? options = null,
        EnforcementPolicy? enforcement = null, SmtpListenerMode mode = SmtpListenerMode.Mx, string? shadow = null, ILogger? log = null)
    {
        var reception = await ReceptionFixture.CreateAsync(rules, mode: mode, shadow: shadow, log: log);
        var scene = new SenderScene { Reception = reception, Zone = (zone ?? GoodZone)(reception.Clock) };
        reception.Services.CurrentPolicy = reception.Services.CurrentPolicy with
        {
            AuthservIds = ["mx.example.com"],
            Senders = new SenderChecks(options ?? new SenderCheckOptions(), scene.Zone, reception.Clock),
            Enforcement = enforcement ?? EnforcementPolicy.None,
            Checks = Suppliers(reception.Clock),
        };
        return scene;
    }

    public static SignatureOptions Trusting(params string[] sealers) => SignatureOptions.Default with { TrustedSealers = sealers };

    /// <summary>Connects, sends a mail and returns its last reply.</summary>
    public async Task<SmtpReply> SendAsync(string mail, string sender = "al@customer.example", params string[] recipients)
    {
        var receiver = Reception.Receiver;
        Assert.Null(await receiver.ConnectAsync(CancellationToken.None));
        var reply = await Reception.MailAsync(sender);
        if (!reply.IsPositive)
            return reply;
        var accepted = 0;
        foreach (var recipient in recipients.Length > 0 ? recipients : ["ann@example.com"])
        {
            reply = await Reception.RcptAsync(recipient);
            accepted += reply.IsPositive ? 1 : 0;
        }
        if (accepted == 0)
            return reply;
        reply = (await Reception.DataAsync(mail))[0];
        receiver.Reset();
        return reply;
    }

    public async Task<SpooledMessage> StoredAsync()
    {
        var delivery = (await Reception.DeliveriesAsync())[^1];
        return (await Reception.Spool.FindMessageAsync(delivery.MessageId, CancellationToken.None))!;
    }

    public async Task<MailVerdicts> VerdictsAsync() => VerdictsReader.Read((await StoredAsync()).AuthenticationJson);

    public ValueTask DisposeAsync() => Reception.DisposeAsync();

    private static MailChecks Suppliers(TimeProvider clock) => new(
        [
            new FactSupplier("authentication.iprev", SenderFacts.IprevAsync), new FactSupplier("authentication.spf", SenderFacts.SpfAsync),
            new FactSupplier("authentication.dkim", SenderFacts.DkimAsync), new FactSupplier("authentication.arc", SenderFacts.ArcAsync),
            new FactSupplier("authentication.dmarc", SenderFacts.DmarcAsync),
            new FactSupplier("authentication.dnsbl", SenderFacts.ListsAsync),
        ],
        clock);
}

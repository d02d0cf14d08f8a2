using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.UnitTests.MailFlow.Queue;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.MailFlow.Reception.Asking;

/// <summary>Reception with a running queue: the destination <c>hook</c> is asked first, <c>other</c> and <c>boxes</c> are not.</summary>
internal sealed class AskScene : IAsyncDisposable
{
    public const string Mail = "From: Al <al@customer.example>\nTo: support@example.com\nSubject: Help\n\nIt broke\n";

    public const string ToHook = "rules: [{ name: all, when: { recipient: '*' }, then: [webhook: hook] }]";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private AskScene(ReceptionFixture reception) => Reception = reception;

    public ReceptionFixture Reception { get; }

    public ScriptedTarget Hook { get; } = new();

    public ScriptedTarget Other { get; } = new() { Always = _ => new DeliveryOutcome.Delivered("200 OK") };

    public ScriptedTarget Boxes { get; } = new() { Always = _ => new DeliveryOutcome.Delivered("250 OK") };

    public CaptureLog Log { get; private init; } = new();

    public static DestinationOptions Sync(string name) => QueueFixture.Destination(name) with { Ask = new AskOptions { IsUsual = true } };

    /// <param name="change">Of the destination <c>hook</c>.</param>
    /// <param name="other">Whether <c>other</c> is asked first, too.</param>
    public static async Task<AskScene> CreateAsync(
        string rules = ToHook, Func<DestinationOptions, DestinationOptions>? change = null, SmtpListenerMode mode = SmtpListenerMode.Mx,
        bool other = false, Func<string, SpoolInternals>? internals = null)
    {
        var log = new CaptureLog();
        var scene = new AskScene(await ReceptionFixture.CreateAsync(rules, mode: mode, internals: internals, log: log)) { Log = log };
        var hook = Sync("hook");
        scene.Reception.Queue.ReplaceDestinations(
        [
            (change?.Invoke(hook) ?? hook, scene.Hook),
            (QueueFixture.Destination("other") with { Ask = new AskOptions { IsUsual = other } }, scene.Other),
            (QueueFixture.Destination("boxes") with { Kind = "lmtp" }, scene.Boxes),
        ]);
        await scene.Reception.Queue.StartAsync(CancellationToken.None);
        return scene;
    }

    public Task<SmtpReply> SendAsync(params string[] recipients) =>
        Reception.SendAsync(Mail, recipients.Length == 0 ? ["support@example.com"] : recipients);

    /// <summary>Sends a mail, and answers the one question that it leads to.</summary>
    public async Task<SmtpReply> SendAsync(DeliveryOutcome outcome, params string[] recipients)
    {
        var sent = SendAsync(recipients);
        (await Hook.NextAsync()).End(outcome);
        return await sent.WaitAsync(Patience);
    }

    public async Task<SpooledDelivery> OnlyDeliveryAsync() => Assert.Single(await Reception.DeliveriesAsync());

    /// <summary>Waits until a delivery is as it should be: the queue works on other threads.</summary>
    public async Task<SpooledDelivery> UntilAsync(Func<SpooledDelivery, bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if ((await Reception.DeliveriesAsync()).FirstOrDefault(isSo) is { } found)
                return found;
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async Task<int> MessagesAsync() =>
        (await Reception.Spool.ListMessagesAsync(new MessageFilter(), null, 100, CancellationToken.None)).Items.Count;

    public static DeliveryOutcome Refusal(bool isTemporary, string words = "") => new DeliveryOutcome.Refused(
        new DeliveryReply(isTemporary ? 503 : 422, null, $"{(isTemporary ? 503 : 422)} {words}", "app.example.com"), isTemporary, words,
        Answered: !isTemporary);

    public static DeliveryOutcome Taken { get; } = new DeliveryOutcome.Delivered(new DeliveryReply(200, null, "200 OK", "app.example.com"));

    public ValueTask DisposeAsync() => Reception.DisposeAsync();
}

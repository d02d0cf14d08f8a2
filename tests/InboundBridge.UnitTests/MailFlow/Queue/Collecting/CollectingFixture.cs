using InboundBridge.MailFlow.Queue.Collecting;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue.Collecting;

/// <summary>A real queue with one destination, <c>branch</c>, whose mail is collected.</summary>
internal sealed class CollectingFixture : IAsyncDisposable
{
    public const int Collected = 2130;

    public CollectingFixture(Func<DestinationOptions, DestinationOptions>? change = null, MailQueueOptions? limits = null)
    {
        Base = new QueueFixture { Options = limits ?? new MailQueueOptions() };
        var options = QueueFixture.Destination("branch") with { Kind = "relay", OnDemand = true };
        Base.Add(change?.Invoke(options) ?? options, Target);
    }

    public QueueFixture Base { get; }

    public CollectingTarget Target { get; } = new();

    public async Task<CollectingFixture> StartAsync()
    {
        await Base.StartAsync();
        return this;
    }

    /// <summary>Accepts a mail for these recipients and returns the id of its delivery.</summary>
    public Task<string> AcceptAsync(params string[] recipients) => Base.AcceptAsync(
        "branch", change: delivery => delivery with { Recipients = [.. recipients.Select(one => new MailRecipient(one))] });

    public Task<CollectionAnswer> BeginAsync(string user = "al", string domain = "branch.example") =>
        Base.Queue.CollectAsync(user, address => address.EndsWith("@" + domain, StringComparison.Ordinal), CancellationToken.None).AsTask();

    /// <summary>Collects, and returns what was attempted; null when there was nothing.</summary>
    public async Task<IReadOnlyList<string>?> CollectAsync(
        string user = "al", string domain = "branch.example", CancellationToken shutdown = default)
    {
        var before = Target.Attempts.Count;
        switch (await BeginAsync(user, domain))
        {
            case CollectionAnswer.Begun { Collection: var collection }:
                await using (collection)
                    await collection.RunAsync(new TurnedConnection(Stream.Null, "192.0.2.9", IsEncrypted: true), shutdown);
                return [.. Target.Attempts.Skip(before)];
            case CollectionAnswer.Unable { Why: var why }:
                throw new InvalidOperationException(why);
            default:
                return null;
        }
    }

    public ValueTask DisposeAsync() => Base.DisposeAsync();
}

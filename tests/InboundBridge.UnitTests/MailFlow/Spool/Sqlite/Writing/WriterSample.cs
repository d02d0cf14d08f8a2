using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Claims;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite.Writing;

/// <summary>The writer's session without the writer's thread: a test applies, commits and rolls back each write itself.</summary>
internal sealed class WriterSample : IDisposable
{
    private readonly SpoolFolder _folder = new();
    private readonly SpoolTallies _tallies = new();
    private readonly SpoolConnections _connections;
    private long _messages;

    public WriterSample()
    {
        _connections = new SpoolConnections(Path.Combine(_folder.Path, "spool.db"), new SpoolInternals(), _tallies, _ => { });
        Session = new WriterSession(_connections.OpenWriter(), _tallies);
        Claims = new ClaimTable(Clock);
    }

    public static ClaimTerms Terms { get; } = new("this queue", Timeout.InfiniteTimeSpan);

    public FakeTimeProvider Clock { get; } = new(FakeTime.Start);

    public DateTimeOffset Now => Clock.GetUtcNow();

    public WriterSession Session { get; }

    public ClaimTable Claims { get; }

    public RecentBodies Recent { get; } = new(1 << 20);

    public SpoolOptions Options => new() { Path = _folder.Path };

    /// <summary>Names of body files that were deleted.</summary>
    public List<string> Deleted { get; } = [];

    /// <summary>A message in a file, with one delivery of the same id. Returns the number of the message's row.</summary>
    public long Add(string id, DeliveryState state = DeliveryState.Pending)
    {
        var message = new SpooledMessage
        {
            Id = id,
            ReceivedAt = Now,
            Envelope = new MailEnvelope { Sender = "al@example.org", Recipients = [] },
            Size = 3,
            Sha256 = "",
            ConfigVersion = "v1",
        };
        var isEnd = state is DeliveryState.Delivered or DeliveryState.Dead;
        var delivery = Delivery(id) with { State = state, EndedAt = isEnd ? Now : null };
        Commit(session => session.InsertMessage(
            new MessageRow(message, MessageRow.Body.File, default), null, [new DeliveryRow(delivery)]));
        return ++_messages;
    }

    public SpooledDelivery Delivery(string id) => SampleMail.Delivery(id, id, Now) with { OptionsJson = null };

    public void Commit(SpoolWrite write)
    {
        Commit(write.Apply);
        write.Committed();
    }

    /// <summary>Another write of the same transaction fails, so that this one will be applied again.</summary>
    public void RollBack(SpoolWrite write)
    {
        Session.Begin();
        write.Apply(Session);
        Session.RollBack();
    }

    /// <summary>Messages and octets as they are counted.</summary>
    public (long Messages, long Octets) Stored => _tallies.Stored;

    /// <summary>A connection that reads and needs the log for as long as it is open.</summary>
    public IDisposable Read()
    {
        var reader = _connections.OpenWriter();
        reader.Execute("BEGIN");
        reader.ReadNumber("SELECT count(*) FROM messages");
        return reader;
    }

    /// <summary>A claim that begins to read now.</summary>
    public ClaimRound Claim() => Claims.Begin(new ClaimRequest("hook", KeepsOrder: false, 10, DateTimeOffset.MaxValue, Terms));

    public void Dispose()
    {
        Session.Dispose();
        _connections.Dispose();
        _folder.Dispose();
    }

    private void Commit(Action<WriterSession> apply)
    {
        Session.Begin();
        apply(Session);
        Session.Commit();
    }
}

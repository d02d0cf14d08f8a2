using System.Runtime.InteropServices;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Records;

/// <summary>
/// Counts deliveries by destination and state, and messages with their octets. On disk these are the rows of <c>tallies</c> and
/// <c>totals</c>. The transaction that changes a count also writes it, so that the counts are right after a crash without a scan. Only the
/// writer touches the changes of the open transaction; any thread may read the committed counts.
/// </summary>
internal sealed class SpoolTallies
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Destination, DeliveryState State), long> _committed = [];
    private readonly Dictionary<(string Destination, DeliveryState State), long> _changes = [];
    private long _messages;
    private long _octets;
    private long _messagesChange;
    private long _octetsChange;

    public (long Messages, long Octets) Stored
    {
        get
        {
            lock (_gate)
                return (_messages, _octets);
        }
    }

    public void Load(SqliteDatabase database)
    {
        RolledBack();
        using var rows = database.Prepare("SELECT destination, state, count FROM tallies WHERE count <> 0");
        lock (_gate)
        {
            _committed.Clear();
            while (rows.Step())
                _committed[(rows.Text(0), (DeliveryState)rows.Number(1))] = rows.Number(2);
            _messages = database.ReadNumber("SELECT value FROM totals WHERE name = 'messages'");
            _octets = database.ReadNumber("SELECT value FROM totals WHERE name = 'octets'");
        }
    }

    public IReadOnlyList<DeliveryTally> List()
    {
        lock (_gate)
        {
            return
            [
                .. _committed.Where(entry => entry.Value != 0)
                    .Select(entry => new DeliveryTally(entry.Key.Destination, entry.Key.State, entry.Value)),
            ];
        }
    }

    public long CountOpen()
    {
        lock (_gate)
            return _committed.Where(entry => entry.Key.State is DeliveryState.Pending or DeliveryState.Retrying).Sum(entry => entry.Value);
    }

    public void Count(string destination, DeliveryState state, int change)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_changes, (destination, state), out _);
        count += change;
    }

    public void CountMessage(int change, long octets)
    {
        _messagesChange += change;
        _octetsChange += octets;
    }

    /// <summary>Writes the changes into the open transaction.</summary>
    public void Write(SqliteStatement addTally, SqliteStatement addTotal)
    {
        foreach (var ((destination, state), change) in _changes)
        {
            if (change != 0)
                addTally.Bind(1, destination).Bind(2, (long)state).Bind(3, change).Run();
        }
        if (_messagesChange != 0)
            addTotal.Bind(1, "messages").Bind(2, _messagesChange).Run();
        if (_octetsChange != 0)
            addTotal.Bind(1, "octets").Bind(2, _octetsChange).Run();
    }

    public void Committed()
    {
        lock (_gate)
        {
            foreach (var (key, change) in _changes)
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_committed, key, out _);
                count += change;
            }
            _messages += _messagesChange;
            _octets += _octetsChange;
        }
        RolledBack();
    }

    public void RolledBack()
    {
        _changes.Clear();
        _messagesChange = 0;
        _octetsChange = 0;
    }
}

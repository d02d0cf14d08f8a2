using System.Runtime.InteropServices;
using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract;
using Npgsql;
using NpgsqlTypes;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>
/// Counts what a transaction changes, and adds it to the rows of one slot just before the commit: a node that updates a row of
/// <c>tallies</c> holds it until its commit is durable, and another slot's row needs no wait.
/// </summary>
internal sealed class Tallies
{
    /// <summary>Rows for each destination and state. More than the lanes of any number of nodes that one database can carry.</summary>
    public const int Slots = 64;

    /// <summary>
    /// A node that was stopped, or whose network has died, may hold the rows of its slot for a while. Whoever waits longer than this takes
    /// other rows. Our choice: far longer than a commit takes, and short enough to find free rows within the time that a sender has.
    /// </summary>
    public const string WaitBriefly = "SELECT set_config('lock_timeout', '700ms', true)";

    /// <summary>In place of a delivery's state.</summary>
    public const short Messages = -1;

    /// <inheritdoc cref="Messages"/>
    public const short Octets = -2;

    /// <inheritdoc cref="Messages"/>
    public const short GreylistEntries = -3;

    /// <summary>In one order for all, so that two transactions of a slot wait for each other and never both.</summary>
    public const string Add =
        "INSERT INTO tallies(slot, destination, state, count) SELECT $1, r.destination, r.state, r.count " +
        "FROM unnest($2::text[], $3::smallint[], $4::bigint[]) AS r(destination, state, count) ORDER BY r.destination, r.state " +
        "ON CONFLICT(slot, destination, state) DO UPDATE SET count = tallies.count + excluded.count";

    private readonly Dictionary<(string Destination, short State), long> _changes = [];

    /// <returns>Any other slot.</returns>
    public static short OtherSlot(short slot) => (short)((slot + 1 + RandomNumberGenerator.GetInt32(Slots - 1)) % Slots);

    public bool IsEmpty => _changes.Count == 0;

    public void Count(string destination, DeliveryState state, long change) => Count(destination, (short)state, change);

    public void CountMessage(int messages, long octets)
    {
        Count(string.Empty, Messages, messages);
        Count(string.Empty, Octets, octets);
    }

    public void CountGreylist(int change) => Count(string.Empty, GreylistEntries, change);

    public void CountAll(IReadOnlyList<SpooledDelivery> deliveries)
    {
        foreach (var delivery in deliveries)
            Count(delivery.Destination, delivery.State, 1);
    }

    public void Bind(NpgsqlParameterCollection parameters, short slot)
    {
        parameters.Slot(slot)
            .Texts([.. _changes.Keys.Select(key => StoredText.Of(key.Destination))])
            .Column(NpgsqlDbType.Smallint, _changes.Keys.Select(key => key.State).ToList())
            .Numbers([.. _changes.Values]);
    }

    private void Count(string destination, short state, long change)
    {
        if (change == 0)
            return;
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_changes, (destination, state), out _);
        count += change;
    }
}

using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Sealing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Claims;

/// <summary>Reads claimed deliveries with their messages. A row that can't be read is skipped: it costs no other.</summary>
internal sealed class ClaimRows(OptionsSeal seal, ILogger log)
{
    /// <summary>What a statement that claims returns: the fence, the number, the delivery and the message.</summary>
    public const string Returned = $"d.fence, d.seq, {DeliveryColumns.All}, {MessageColumns.All}";

    /// <summary>A claim by the database's clock. $1 is the owner, $2 the lifetime.</summary>
    public const string Taken = "owner = $1, fence = d.fence + 1, claimed_until = spool_now() + $2";

    public const string IsFree = "(d.owner IS NULL OR d.claimed_until <= spool_now())";

    /// <summary>A pause is in force at every node from its commit on: what no claim was made for before is not attempted.</summary>
    /// <param name="destination">The parameter with its name. The condition is the same for all rows, so it is evaluated once.</param>
    public static string IsUnpaused(string destination) =>
        $"NOT EXISTS (SELECT FROM pauses z WHERE z.destination = {destination})";

    /// <summary>Why the destination is paused, or null; a value to select.</summary>
    public static string PauseOf(string destination) => $"(SELECT z.reason FROM pauses z WHERE z.destination = {destination})";

    public async Task<List<(long Seq, ClaimedDelivery Claimed)>> ReadAsync(NpgsqlDataReader reader)
    {
        var claimed = new List<(long, ClaimedDelivery)>();
        while (await reader.ReadAsync())
        {
            try
            {
                claimed.Add((reader.GetInt64(1), Read(reader)));
            }
            catch (MessageDamagedException damage)
            {
                PostgresLog.Damaged(log, $"delivery {reader.GetString(2)}", damage);
            }
        }
        return claimed;
    }

    private ClaimedDelivery Read(NpgsqlDataReader row) => new(
        DeliveryColumns.Read(row, 2, seal), MessageColumns.Read(row, 2 + DeliveryColumns.Width), row.GetInt64(0));
}

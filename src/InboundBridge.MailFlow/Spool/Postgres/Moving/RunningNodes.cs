using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.MailFlow.Spool.Postgres.Nodes;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Moving;

/// <summary>A spool is not closed under nodes that run: they would refuse mail and deliver nothing until somebody finds out.</summary>
internal static class RunningNodes
{
    /// <summary>Nodes that a refusal names.</summary>
    private const int MostNames = 10;

    /// <exception cref="SpoolRefusedException">A node has been heard lately.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, string place, CancellationToken cancellationToken)
    {
        // A spool of the first version has no list of nodes.
        await using (var there = new NpgsqlCommand("SELECT to_regclass('nodes')::text", connection))
        {
            if (await there.ExecuteScalarAsync(cancellationToken) is not string)
                return;
        }
        var nodes = await NodeRows.ListAsync(connection, cancellationToken);
        var running = nodes.Where(node => node.State != NodeState.Lost).ToList();
        if (running.Count == 0)
            return;
        var names = string.Join(", ", running.Take(MostNames).Select(node => string.Create(
            CultureInfo.InvariantCulture, $"{node.Node.Name} ({(long)node.Silence.TotalSeconds} s ago)")));
        var more = running.Count > MostNames ? ", …" : string.Empty;
        var lostAfter = HeardNode.LostAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        throw new SpoolRefusedException(
            $"the spool in {place} is in use. Heard lately: {names}{more}. Stop every node before you move the spool; one that was killed " +
            $"counts for {lostAfter} s more");
    }
}

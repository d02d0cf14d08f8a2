using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Records;
using InboundBridge.MailFlow.Spool.Sealing;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>Runs changes that need a transaction of their own.</summary>
/// <param name="firstSlot">Where these transactions count, unless others hold its rows.</param>
internal sealed class StoreWriter(PostgresConnections connections, PostgresHealth health, OptionsSeal seal, short firstSlot)
{
    private const int MostRaces = 5;

    /// <param name="work">May run several times: it must leave nothing behind but what it did in the transaction.</param>
    /// <exception cref="SpoolUnavailableException">The database can't be reached, or failed.</exception>
    /// <exception cref="InvalidOperationException">This can't be stored, such as an id that is in use.</exception>
    public async ValueTask<T> RunAsync<T>(Func<StoreTransaction, Task<T>> work)
    {
        var slot = firstSlot;
        for (var tries = 0; ; tries++)
        {
            var run = new Attempt<T>(work);
            try
            {
                var result = await connections.RunAsync(connection => run.RunAsync(connection, seal, slot), CancellationToken.None);
                health.Succeeded();
                return result;
            }
            catch (SpoolUnavailableException fault) when (MayRepeat(fault.InnerException, run.IsCommitting, tries))
            {
                if (PostgresFault.IsStale(fault.InnerException!))
                    connections.Clear();
                if (PostgresFault.IsLocked(fault.InnerException!))
                    slot = Tallies.OtherSlot(slot);
            }
            catch (SpoolUnavailableException fault)
            {
                health.Failed(fault);
                throw;
            }
            catch (Exception fault) when (PostgresFault.IsOfOne(fault) && fault is not (ArgumentException or MessageDamagedException))
            {
                throw new InvalidOperationException($"the spool can't store this: {PostgresFault.Words(fault)}", fault);
            }
        }
    }

    /// <summary>When the connection breaks after COMMIT was sent, it may have succeeded. The work is not repeated then.</summary>
    private static bool MayRepeat(Exception? fault, bool isCommitting, int tries) => fault is not null
        && (((PostgresFault.IsRace(fault) || PostgresFault.IsLocked(fault)) && tries < MostRaces)
            || (PostgresFault.IsStale(fault) && !isCommitting && tries == 0));

    private sealed class Attempt<T>(Func<StoreTransaction, Task<T>> work)
    {
        public bool IsCommitting { get; private set; }

        public async Task<T> RunAsync(NpgsqlConnection connection, OptionsSeal seal, short slot)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var store = new StoreTransaction(connection, seal, slot);
            var result = await work(store);
            await store.CountAsync();
            IsCommitting = true;
            await transaction.CommitAsync();
            return result;
        }
    }
}

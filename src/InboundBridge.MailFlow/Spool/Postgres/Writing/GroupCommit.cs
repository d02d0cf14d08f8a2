using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Health;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.MailFlow.Spool.Postgres.Records;

namespace InboundBridge.MailFlow.Spool.Postgres.Writing;

/// <summary>
/// Commits every write that waits in one transaction, on two connections in turn: while the server makes one commit durable, the next one
/// is on its way. A write that can't be stored is found by halving its transaction, and fails alone. When the database fails, everything
/// that waits fails with it: whoever sends mail is told so within seconds, and whoever records a result asks again.
/// </summary>
/// <param name="recordAlone">Records a result that the shared statement passed over, and says what came of it.</param>
internal sealed class GroupCommit(
    GroupTransaction transactions, PostgresConnections connections, PostgresHealth health, SpoolMetrics metrics, TimeProvider clock,
    Func<DeliveryCompletion, Task<CompletionResult>> recordAlone, short firstSlot, PostgresInternals internals) : IAsyncDisposable
{
    public const int Lanes = 2;

    private const int LargestBatch = 256;

    /// <summary>
    /// Writes that wait before the second lane begins. A transaction costs the server about as much as ten of its mails, whatever it holds.
    /// </summary>
    private const int WorthATransaction = 128;

    /// <summary>From this size on, a group is followed by a wait for more writes.</summary>
    private const int Large = 16;

    /// <summary>Octets of one transaction, unless one mail alone has more.</summary>
    private const int LargestOctets = 4 * 1024 * 1024;

    private const int MostRaces = 3;

    /// <summary>Slots that a transaction tries: with the waits for their rows, within the time that a sender has.</summary>
    private const int MostSlots = 4;

    private readonly Lock _gate = new();
    private readonly Queue<GroupWrite> _waiting = new();
    private readonly Stack<short> _freeLanes = new(
        Enumerable.Range(0, Lanes).Select(lane => (short)((firstSlot + lane) % Tallies.Slots)));

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStopping;

    /// <summary>How long the oldest write has waited that no transaction has taken.</summary>
    public TimeSpan Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.TryPeek(out var oldest) ? clock.GetElapsedTime(oldest.Enqueued) : TimeSpan.Zero;
        }
    }

    /// <exception cref="SpoolUnavailableException">The spool is closed.</exception>
    public void Write(GroupWrite write)
    {
        lock (_gate)
        {
            if (_isStopping)
                throw new SpoolUnavailableException("the spool is closed");
            write.Enqueued = clock.GetTimestamp();
            write.Hold();
            _waiting.Enqueue(write);
            BeginLane();
        }
    }

    /// <summary>Commits what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isStopping = true;
            if (_freeLanes.Count == Lanes)
                _ended.TrySetResult();
        }
        await _ended.Task;
    }

    /// <summary>
    /// While the other lane commits, few writes wait for it: they get a larger transaction, and the sync on the way delays them either way.
    /// </summary>
    private bool IsWorthATransaction(int freeLanes) => freeLanes == Lanes || _waiting.Count >= WorthATransaction;

    /// <summary>To be called while the gate is held.</summary>
    private void BeginLane()
    {
        if (_waiting.Count > 0 && IsWorthATransaction(_freeLanes.Count) && _freeLanes.TryPop(out var slot))
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                begun => _ = begun.Group.DrainAsync(begun.Lane), (Group: this, Lane: new Lane(slot)), preferLocal: false);
        }
    }

    /// <summary>
    /// Senders released by a commit usually submit their next message at once. A transaction for the few writes that are here already would
    /// make all others wait for its sync, so after a large one the lane waits briefly.
    /// </summary>
    private async Task DrainAsync(Lane lane)
    {
        while (!lane.IsGivenUp && Take(lane.Slot) is { Count: > 0 } batch)
        {
            var size = batch.Count;
            await using (clock.CreateTimer(_ => GiveUp(lane, batch), null, internals.Patience, Timeout.InfiniteTimeSpan))
                await WriteAsync(batch, lane);
            foreach (var write in batch)
                write.Release();
            if (size >= Large && internals.Company > TimeSpan.Zero && !lane.IsGivenUp && IsShort(size / 2))
                await Task.Delay(internals.Company, clock);
        }
        if (!lane.IsGivenUp)
            return;
        // A result that it has put back waits for no other write.
        lock (_gate)
            BeginLane();
    }

    private bool IsShort(int expected)
    {
        lock (_gate)
            return !_isStopping && _waiting.Count < expected;
    }

    /// <summary>Tells everybody who waits that nobody knows, and lets another lane take this one's place.</summary>
    private void GiveUp(Lane lane, List<GroupWrite> batch)
    {
        lock (_gate)
        {
            lane.IsGivenUp = true;
            _freeLanes.Push(lane.Slot);
            if (_isStopping && _freeLanes.Count == Lanes)
                _ended.TrySetResult();
        }
        connections.Clear();
        var unavailable = health.Failed(new TimeoutException("a commit has had no answer for some seconds"));
        foreach (var write in batch)
            write.Fail(unavailable);
        FailWaiting(unavailable);
    }

    private void FailWaiting(Exception reason)
    {
        foreach (var write in TakeAll())
        {
            write.Fail(reason);
            write.Release();
        }
    }

    private List<GroupWrite> Take(short slot)
    {
        lock (_gate)
        {
            var batch = new List<GroupWrite>(Math.Min(_waiting.Count, LargestBatch));
            var isWorthIt = IsWorthATransaction(_freeLanes.Count + 1);
            for (var octets = 0; isWorthIt && batch.Count < LargestBatch && _waiting.TryPeek(out var next); octets += next.Size)
            {
                if (batch.Count > 0 && octets + next.Size > LargestOctets)
                    break;
                batch.Add(_waiting.Dequeue());
            }
            if (batch.Count > 0)
                return batch;
            _freeLanes.Push(slot);
            if (_isStopping && _freeLanes.Count == Lanes)
                _ended.TrySetResult();
            return batch;
        }
    }

    private async Task WriteAsync(List<GroupWrite> batch, Lane lane)
    {
        try
        {
            await CommitAsync(batch, lane);
        }
        catch (Exception fault) when (PostgresFault.IsOfOne(fault))
        {
            await FindCulpritAsync(batch, lane, fault);
        }
        catch (Exception fault) when (!lane.IsGivenUp)
        {
            var unavailable = health.Failed(fault);
            foreach (var write in batch)
                write.Fail(unavailable);
            FailWaiting(unavailable);
        }
        catch (Exception)
        {
            // Everybody has been told, and the database may be well again.
            return;
        }
    }

    private List<GroupWrite> TakeAll()
    {
        lock (_gate)
        {
            List<GroupWrite> all = [.. _waiting];
            _waiting.Clear();
            return all;
        }
    }

    private async Task CommitAsync(List<GroupWrite> batch, Lane lane)
    {
        var (repeats, slots) = (0, 1);
        for (var races = 0; ; races++)
        {
            try
            {
                await CommitOnceAsync(batch, lane.Slot);
                return;
            }
            catch (Exception fault) when (PostgresFault.IsLocked(fault) && slots < MostSlots && !lane.IsGivenUp)
            {
                // The rows of the slot are held, or another row is: then it helps that some time has passed.
                lane.Slot = Tallies.OtherSlot(lane.Slot);
                slots++;
            }
            catch (Exception fault) when (PostgresFault.IsRace(fault) && races < MostRaces && !lane.IsGivenUp)
            {
                // The server has rolled it back whole.
            }
            catch (Exception fault) when (PostgresFault.IsStale(fault) && repeats == 0 && !lane.IsGivenUp)
            {
                repeats++;
                connections.Clear();
                batch = [.. batch];
                await ConfirmStoredAsync(batch);
            }
            catch (Exception fault) when (PostgresFault.IsDuplicate(fault) && repeats == 1 && !lane.IsGivenUp)
            {
                // The first try was still on its way when we looked, and has come through since.
                repeats++;
                await ConfirmStoredAsync(batch);
            }
        }
    }

    private async Task CommitOnceAsync(List<GroupWrite> batch, short slot)
    {
        // One result for a delivery at a time: the shared statement could not tell which of two it has recorded.
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var (now, later) = (new List<GroupWrite>(batch.Count), new List<ResultWrite>());
        foreach (var write in batch)
        {
            if (write is ResultWrite result && !ids.Add(result.Result.Delivery.Id))
                later.Add(result);
            else
                now.Add(write);
        }
        var started = clock.GetTimestamp();
        var recorded = now.Count > 0 ? await transactions.CommitAsync(now, slot) : [];
        health.Succeeded();
        metrics.Committed(clock.GetElapsedTime(started), now.Count);
        foreach (var write in now)
        {
            if (write is MailWrite mail)
                mail.Succeed();
            else if (write is ResultWrite result && recorded.Contains(result.Result.Delivery.Id))
                result.Succeed(CompletionResult.Recorded);
            else if (write is ResultWrite { IsRemoval: true } removal)
                WriteAgain(removal);
            else if (write is ResultWrite passedOver)
                later.Add(passedOver);
        }
        if (later.Count > 0)
            _ = RecordAloneAsync(later);
    }

    /// <summary>Records it with the next transaction instead, which this lane or the other one takes.</summary>
    private void WriteAgain(ResultWrite removal)
    {
        removal.IsRemoval = false;
        lock (_gate)
            _waiting.Enqueue(removal);
    }

    private async Task RecordAloneAsync(List<ResultWrite> results)
    {
        foreach (var write in results)
        {
            try
            {
                write.Succeed(await recordAlone(write.Result));
            }
            catch (Exception fault)
            {
                write.Fail(fault);
            }
        }
    }

    /// <summary>
    /// The connection broke, and nobody knows whether the commit had come through. Message ids are random, and the octets are the same:
    /// what is there is from this commit.
    /// </summary>
    private async Task ConfirmStoredAsync(List<GroupWrite> batch)
    {
        var mails = batch.OfType<MailWrite>().ToList();
        if (mails.Count == 0)
            return;
        var stored = await transactions.FindStoredAsync(mails.ConvertAll(mail => mail.Mail.Message));
        foreach (var mail in mails.Where(mail => stored.Contains(mail.Mail.Message.Id)))
        {
            batch.Remove(mail);
            mail.Succeed();
        }
    }

    private async Task FindCulpritAsync(List<GroupWrite> batch, Lane lane, Exception fault)
    {
        if (batch.Count == 1)
        {
            batch[0].Fail(new InvalidOperationException($"the spool can't store this: {PostgresFault.Words(fault)}", fault));
            return;
        }
        var half = batch.Count / 2;
        await WriteAsync(batch.GetRange(0, half), lane);
        await WriteAsync(batch.GetRange(half, batch.Count - half), lane);
    }

    /// <summary>One of the connections that take turns, for as long as there is something to commit.</summary>
    private sealed class Lane(short slot)
    {
        private volatile bool _isGivenUp;

        /// <summary>The rows of the counts in which it counts.</summary>
        public short Slot { get; set; } = slot;

        /// <summary>Its transaction took too long, and another lane has its place.</summary>
        public bool IsGivenUp
        {
            get => _isGivenUp;
            set => _isGivenUp = value;
        }
    }
}

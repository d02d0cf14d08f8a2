using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Reading;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite.Retention;

/// <summary>
/// One pass of retention, in steps: a query on a reader's connection finds candidates, and a short transaction removes them. Afterwards the
/// database file shrinks if it has many free pages.
/// </summary>
internal sealed class Purge(
    SpoolOptions options, SpoolReaders readers, SpoolWriter writer, GreylistSize greylist, Action<string> deleteFile)
{
    private const int Step = 500;

    /// <summary>Free pages that stay in the file for new mail; 16 MB.</summary>
    private const int FreePagesKept = 4096;

    private const int VacuumStep = 1000;

    private const string Old = "SELECT seq, received_at FROM messages WHERE seq > ?1 ORDER BY seq LIMIT ?2";

    public async Task<PurgeResult> RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var retention = new RetentionRules(options, now);
        var (messages, bodies, after) = (0, 0, 0L);
        while (true)
        {
            var (candidates, last) = await readers.ReadAsync(reader => FindCandidates(reader, retention, after), cancellationToken);
            if (candidates.Count > 0)
            {
                var write = new PurgeWrite(candidates, retention, deleteFile);
                await writer.WriteAsync(write);
                messages += write.Messages;
                bodies += write.Bodies;
            }
            if (last is null)
                break;
            after = last.Value;
        }
        await ForgetGreylistedAsync(now, cancellationToken);
        await ForgetNotesAsync(now, cancellationToken);
        await VacuumAsync(cancellationToken);
        return new PurgeResult(messages, bodies);
    }

    /// <returns>Last: where the next step begins; null at the end of the pass.</returns>
    private static (List<long> Candidates, long? Last) FindCandidates(SpoolReader reader, RetentionRules retention, long after)
    {
        var rows = reader.Statement(Old).Bind(1, after).Bind(2, Step).ReadAll(row => (Seq: row.Number(0), Received: row.Time(1)));
        var find = reader.Statement(RetentionQuery.Find);
        var candidates = rows
            .Where(row => row.Received <= retention.Horizon && retention.Judge(find, row.Seq) != RetentionVerdict.Keep)
            .Select(row => row.Seq).ToList();
        // Numbers grow with time unless the clock is set back, so a whole step of young messages ends the pass.
        var isEnd = rows.Count < Step || rows.TrueForAll(row => row.Received > retention.Horizon);
        return (candidates, isEnd ? null : rows[^1].Seq);
    }

    private async Task ForgetGreylistedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (await readers.ReadAsync(reader => GreylistQuery.HasExpired(reader, now), cancellationToken))
            await writer.WriteAsync(new GreylistPurgeWrite(now, greylist, Step));
    }

    private async Task ForgetNotesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (await readers.ReadAsync(reader => NoteQueries.HasExpired(reader, now), cancellationToken))
            await writer.WriteAsync(new NotePurgeWrite(now, Step));
    }

    private async Task VacuumAsync(CancellationToken cancellationToken)
    {
        while (await readers.ReadAsync(FreePages, cancellationToken) > FreePagesKept)
            await writer.WriteAsync(new VacuumWrite(VacuumStep));
    }

    private static long FreePages(SpoolReader reader)
    {
        var row = reader.Statement("PRAGMA freelist_count");
        var pages = row.Step() ? row.Number(0) : 0;
        row.Reset();
        return pages;
    }
}

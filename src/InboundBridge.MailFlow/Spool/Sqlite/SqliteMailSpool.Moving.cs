using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Sqlite.Records;
using InboundBridge.MailFlow.Spool.Sqlite.Retention;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <content>Takes what was exported from another spool.</content>
public sealed partial class SqliteMailSpool
{
    private const int RemovalStep = 500;

    /// <summary>Stores mails in their order, in one transaction. Those whose ids are in use are passed over.</summary>
    /// <returns>The number of mails that were stored.</returns>
    internal async ValueTask<int> ImportAsync(IReadOnlyList<ArrivingMail> mails, CancellationToken cancellationToken)
    {
        var files = mails.Select(mail => mail.Staged).OfType<StagedMail>().Where(staged => staged.IsInFile).ToList();
        foreach (var staged in files)
            await Task.Run(staged.Flush, cancellationToken);
        // As with all new mail: files without a row go at the next start.
        files.ForEach(staged => staged.KeepFile = true);
        var write = new ImportWrite(mails);
        await _writer.WriteAsync(write);
        for (var index = 0; index < mails.Count; index++)
        {
            if (!write.IsAdded[index] && mails[index].Staged is StagedMail { IsInFile: true } staged)
                staged.KeepFile = false;
        }
        return write.IsAdded.Count(isAdded => isAdded);
    }

    /// <summary>The number of the last message; 0 where there is none.</summary>
    internal ValueTask<long> FindLastNumberAsync(CancellationToken cancellationToken) => _readers.ReadAsync(
        reader => reader.Statement("SELECT coalesce(max(seq), 0) FROM messages").ReadAll(row => row.Number(0))[0], cancellationToken);

    /// <summary>Counts the messages behind one.</summary>
    internal ValueTask<HalfImport> CountAfterAsync(long last, CancellationToken cancellationToken) => _readers.ReadAsync(
        reader => new HalfImport(
            reader.Statement("SELECT count(*) FROM messages WHERE seq > ?1").Bind(1, last).ReadAll(row => row.Number(0))[0],
            reader.Statement("SELECT count(*) FROM deliveries WHERE seq >= ?1")
                .Bind(1, (last + 1) << SpoolSchema.OrdinalBits).ReadAll(row => row.Number(0))[0]),
        cancellationToken);

    /// <summary>Removes the messages behind one, with all their deliveries, in bounded transactions.</summary>
    internal async ValueTask RemoveAfterAsync(long last, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var found = await _readers.ReadAsync(
                reader => reader.Statement("SELECT seq FROM messages WHERE seq > ?1 ORDER BY seq LIMIT ?2")
                    .Bind(1, last).Bind(2, RemovalStep).ReadAll(row => row.Number(0)),
                cancellationToken);
            if (found.Count == 0)
                return;
            await _writer.WriteAsync(new ImportRemovalWrite(found, DeleteFile));
        }
    }
}

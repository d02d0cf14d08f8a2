using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Sqlite.Writing;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <content>Takes what was exported from another spool.</content>
public sealed partial class SqliteMailSpool
{
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
}

using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Sqlite.Records;

namespace InboundBridge.MailFlow.Spool.Sqlite.Writing;

/// <summary>Stores mails that come from another spool, except those whose ids are in use.</summary>
internal sealed class ImportWrite(IReadOnlyList<ArrivingMail> mails) : SpoolWrite
{
    private readonly Row[] _rows = [.. mails.Select(mail => new Row(mail))];

    /// <summary>Of each mail, whether it was stored.</summary>
    public bool[] IsAdded { get; } = new bool[mails.Count];

    public override bool HasFile => mails.Any(mail => mail.Staged is StagedMail { IsInFile: true });

    public override void Apply(WriterSession session)
    {
        for (var index = 0; index < _rows.Length; index++)
        {
            var known = session.Statement("SELECT 1 FROM messages WHERE id = ?1").Bind(1, mails[index].Mail.Message.Id);
            IsAdded[index] = !known.Step();
            known.Reset();
            if (IsAdded[index])
                _rows[index].Insert(session);
        }
    }

    /// <summary>A mail as rows, encoded on the thread of whoever imports.</summary>
    private sealed class Row(ArrivingMail mail)
    {
        private readonly StagedMail? _staged = (StagedMail?)mail.Staged;
        private readonly DeliveryRow[] _deliveries = [.. mail.Mail.Deliveries.Select(moved => new DeliveryRow(moved.Delivery))];
        private readonly MessageRow _message = new(
            mail.Mail.Message,
            mail.Staged is not StagedMail staged ? MessageRow.Body.Gone : staged.IsInFile ? MessageRow.Body.File : MessageRow.Body.Inline,
            (mail.Staged as StagedMail)?.Prelude ?? default);

        public void Insert(WriterSession session)
        {
            var first = session.InsertMessage(_message, _staged is { IsInFile: false } ? _staged.Buffer : null, _deliveries);
            // The octets of a mail without any were not counted where they were removed.
            if (_staged is null)
                session.CountMessage(0, -_message.Size);
            for (var index = 0; index < _deliveries.Length; index++)
            {
                foreach (var attempt in mail.Mail.Deliveries[index].Attempts)
                    session.AddAttempt(first + index, attempt);
            }
        }
    }
}

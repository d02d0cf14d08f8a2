using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract.Notes;
using InboundBridge.MailFlow.Spool.Moving.Format;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>
/// Reads a whole spool and writes it into a file. Every octet of every mail is read and compared with the digest that was stored when the
/// mail was accepted. A damaged mail is exported as it is, and named.
/// </summary>
/// <param name="count">What the file holds already, where it goes on after an interruption.</param>
internal sealed class SpoolExport(
    ISpoolSnapshot source, ExportFileWriter file, SpoolCount count, MoveProblems problems, IProgress<MoveProgress>? progress)
{
    private const string Doing = "read";

    private long _octets;

    /// <param name="after">The number of the last mail that the file holds already.</param>
    public async Task RunAsync(long after, CancellationToken cancellationToken)
    {
        await foreach (var mail in source.ReadMailsAsync(after, problems, cancellationToken))
        {
            await WriteAsync(mail, cancellationToken);
            count.Add(mail);
            progress?.Report(new MoveProgress(Doing, count.Messages, _octets));
        }
        var pauses = await source.ReadPausesAsync(cancellationToken);
        await file.WritePausesAsync(pauses, cancellationToken);
        count.Pauses = pauses.Count;
        await foreach (var entries in source.ReadGreylistAsync(cancellationToken))
        {
            await file.WriteGreylistAsync(entries, cancellationToken);
            count.Greylist += entries.Count;
        }
        await foreach (var note in source.ReadNotesAsync(cancellationToken))
            await WriteAsync(note, cancellationToken);
        await file.WriteTotalsAsync(count, cancellationToken);
    }

    private async Task WriteAsync(MovedMail mail, CancellationToken cancellationToken)
    {
        await file.BeginMailAsync(mail, cancellationToken);
        if (mail.HasBody)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await foreach (var piece in source.ReadBodyAsync(mail, cancellationToken))
            {
                hash.AppendData(piece.Span);
                await file.WriteBodyAsync(piece, cancellationToken);
                _octets += piece.Length;
                progress?.Report(new MoveProgress(Doing, count.Messages, _octets));
            }
            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != mail.Message.Sha256)
                problems.Add($"message {mail.Message.Id}: its octets are missing, or not those that were accepted");
        }
        await file.EndMailAsync(cancellationToken);
    }

    private async Task WriteAsync(SpoolNote note, CancellationToken cancellationToken)
    {
        // It tells what was imported into this spool, and means nothing in another one.
        if (note.Kind == ImportMark.Kind)
            return;
        await file.WriteNoteAsync(note, cancellationToken);
        count.Notes++;
    }
}

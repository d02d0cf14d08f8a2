using InboundBridge.MailFlow.Spool.Moving.Format;
using InboundBridge.MailFlow.Spool.Sealing;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>What an interrupted export of a closed spool has left. It goes on after the last mail that is whole.</summary>
/// <param name="Header">Of the file.</param>
/// <param name="Count">The mails that it holds.</param>
/// <param name="Number">The number of the last of them.</param>
/// <param name="Offset">Where the file goes on.</param>
/// <param name="Digest">The digest before that place.</param>
internal sealed record InterruptedExport(ExportHeader Header, SpoolCount Count, long Number, long Offset, byte[] Digest)
{
    /// <summary>
    /// Null where there is nothing to go on with: of a spool that is in use the mails before have changed meanwhile.
    /// </summary>
    public static async Task<InterruptedExport?> FindAsync(
        Stream part, OptionsSeal key, IProgress<MoveProgress>? progress, CancellationToken cancellationToken)
    {
        if (part.Length == 0)
            return null;
        using var reader = new ExportFileReader(part, (part as FileStream)?.Name ?? string.Empty);
        ExportHeader? header = null;
        var (number, offset, digest) = (0L, 0L, Array.Empty<byte>());
        void Mark() => (number, offset, digest) = (reader.Number, reader.Offset, reader.Digest.ToArray());
        try
        {
            header = await reader.OpenAsync(cancellationToken);
            Mark();
            await new FileCheck(reader, new MoveProblems(), progress).RunAsync(Mark, cancellationToken);
        }
        catch (ExportDamagedException)
        {
            // This is where it was interrupted.
        }
        if (header is not { IsMove: true } || offset == 0
            || key.Open(header.KeyCheck, ExportFileWriter.CheckPlace(header.Id)) != ExportFileWriter.KnownText)
            return null;
        // What comes after the mails is small, and written again.
        (reader.Count.Pauses, reader.Count.Greylist, reader.Count.Notes) = (0, 0, 0);
        return new InterruptedExport(header, reader.Count, number, offset, digest);
    }
}

using System.Globalization;

namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>A file is not a whole export: it was cut or changed, is of another format, or of a newer version.</summary>
/// <param name="file">The file, for people.</param>
/// <param name="offset">Where in the file the fault was found.</param>
/// <param name="messageId">The mail that was being read; null for none.</param>
public sealed class ExportDamagedException(
    string file, long offset, string? messageId, string what, Exception? inner = null) : IOException(
    string.Create(
        CultureInfo.InvariantCulture, $"{file}, octet {offset}{(messageId is null ? string.Empty : $", message {messageId}")}: {what}"),
    inner)
{
    public long Offset { get; } = offset;

    public string? MessageId { get; } = messageId;
}

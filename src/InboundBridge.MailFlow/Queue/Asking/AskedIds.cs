using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Asking;

/// <summary>
/// The ids of deliveries whose destinations are asked first. A sender who heard nothing comes again with the same mail, and the destination
/// has to recognise it. So the id is a digest of what both mails have in common: the octets as received, the reverse-path, the recipients,
/// and the destination. It contains no time and nothing of ours that differs, such as the Received field. It is keyed, so that nobody
/// outside can predict the id of a mail.
/// </summary>
/// <param name="key">Outlives restarts, or a repeat after one is not recognised.</param>
public sealed class AskedIds(ReadOnlyMemory<byte> key)
{
    /// <summary>Ends the webhook-id in a stored id. No id of <see cref="MessageIdSource"/> has it.</summary>
    private const char Mark = '.';

    private const int Piece = 64 * 1024;

    /// <summary>The <c>webhook-id</c> of a delivery.</summary>
    public static string ForReceivers(string deliveryId) =>
        deliveryId.IndexOf(Mark, StringComparison.Ordinal) is > 0 and var at ? deliveryId[..at] : deliveryId;

    /// <summary>The id of a delivery whose webhook-id an earlier delivery on record has already.</summary>
    internal static string Again(string webhookId, string messageId) => $"{webhookId}{Mark}{messageId}";

    /// <param name="ordinal">Tells deliveries of one mail apart that have everything else in common; usually 0.</param>
    /// <exception cref="IOException">The octets can't be read.</exception>
    internal async ValueTask<string> OfAsync(
        MailContent content, string sender, SpooledDelivery delivery, int ordinal, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Span);
        Append(hash, delivery.Destination);
        Append(hash, sender);
        for (var index = 0; index < delivery.Recipients.Count; index++)
            Append(hash, delivery.Recipients[index].Original);
        Append(hash, ordinal.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Append(hash, string.Empty);
        if (content.TryGetMemory(out var octets))
            hash.AppendData(octets.Span[content.PreludeLength..]);
        else
            await AppendAsync(hash, content, cancellationToken);
        return MessageIdSource.Text(BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset()));
    }

    private static async ValueTask AppendAsync(IncrementalHash hash, MailContent content, CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (long at = content.PreludeLength; await content.ReadAsync(at, piece, cancellationToken) is > 0 and var count; at += count)
                hash.AppendData(piece, 0, count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>With its length in front, so that no two lists of texts give the same octets.</summary>
    private static void Append(IncrementalHash hash, string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, octets.Length);
        hash.AppendData(length);
        hash.AppendData(octets);
    }
}

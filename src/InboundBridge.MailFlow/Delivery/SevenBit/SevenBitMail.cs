using System.Buffers;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>
/// Converts mail for servers without 8BITMIME, BINARYMIME or SMTPUTF8 (RFC 6152 §3). It reads the mail piece by piece and writes into
/// memory or, if that is much, into a file without a name, so that its size never decides how much memory it needs.
/// </summary>
internal static class SevenBitMail
{
    /// <summary>Octets read at a time.</summary>
    private const int Piece = 48 * 1024;

    private static readonly SemaphoreSlim Places = new(SevenBitOptions.Default.AtOnce);

    /// <summary>Waits for its turn, then works without waiting.</summary>
    /// <param name="folder">For the file of a large mail.</param>
    /// <exception cref="IOException">The mail can't be read, or the file can't be written.</exception>
    public static async ValueTask<SevenBitOutcome> ConvertAsync(
        MailContent mail, SevenBitTarget target, SevenBitOptions options, string folder, CancellationToken cancellationToken)
    {
        var local = await mail.ToLocalAsync(cancellationToken);
        await Places.WaitAsync(cancellationToken);
        try
        {
            return Convert(local, target, options, folder);
        }
        finally
        {
            Places.Release();
        }
    }

    private static SevenBitOutcome Convert(MailContent mail, SevenBitTarget target, SevenBitOptions options, string folder)
    {
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        var output = new BodyBuffer(folder);
        try
        {
            new SevenBitWriter(mail, target, new SevenBitAllowance(options), piece, output).Write();
            return new SevenBitOutcome(output, null);
        }
        catch (Exception fault)
        {
            output.Dispose();
            if (fault is SevenBitException)
                return new SevenBitOutcome(null, fault.Message);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Scanning;

/// <summary>
/// Checks a mail's S/MIME and OpenPGP signatures on the thread pool, a few mails at the same time and each within a time, so that a hostile
/// mail holds up no other. A check whose time is over keeps its place until it notices that, at the latest after one layer's signature.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle to free: nobody asks for one.")]
public sealed class SignatureScanner(SecureMailKeys keys, TimeProvider clock)
{
    private static readonly IReadOnlyList<SignatureVerdict> None = [];

    private readonly SemaphoreSlim _places = new(keys.Limits.Concurrency, keys.Limits.Concurrency);

    /// <summary>What signed and encrypted mail is opened with.</summary>
    public SecureMailKeys Keys => keys;

    /// <exception cref="ScannerUnavailableException">There is no answer in time, or the octets can't be read.</exception>
    /// <exception cref="OperationCanceledException">The mail was given up.</exception>
    public async Task<IReadOnlyList<SignatureVerdict>> ScanAsync(ScannedMail mail, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(keys.Limits.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            var content = await mail.Content.ToLocalAsync(cancellationToken);
            var parsed = ParsedMail.Open(content);
            if (!keys.Concern(parsed))
                return None;
            if (content.Length - content.PreludeLength > keys.Limits.Octets)
            {
                var kind = SecureMailKeys.KindOf(keys.LayerOf(parsed.Structure.ContentType));
                return [SignedScene.Unknown(kind, $"the mail has more than {keys.Limits.Octets} octets")];
            }
            await _places.WaitAsync(either.Token);
            return await CheckAsync(Octets(content), mail.ReceivedAt ?? clock.GetUtcNow(), either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var within = string.Create(CultureInfo.InvariantCulture, $"{keys.Limits.Timeout.TotalSeconds:0.###} s");
            throw new ScannerUnavailableException($"the signatures could not be checked within {within}");
        }
        catch (IOException fault)
        {
            throw new ScannerUnavailableException($"the mail can't be read: {fault.Message}", fault);
        }
    }

    /// <summary>Reads the octets as received; gives the place back where that fails.</summary>
    private byte[] Octets(MailContent content)
    {
        try
        {
            return OpenedMail.Octets(content, content.PreludeLength);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    private async Task<IReadOnlyList<SignatureVerdict>> CheckAsync(byte[] octets, DateTimeOffset receivedAt, CancellationToken stop)
    {
        try
        {
            // Not cancelled before it begins: whoever waits is told by the token, and the place is given back below in any case.
            return await Task.Run(
                () => SecureMailReader.Read(octets, keys, receivedAt, cancellationToken: stop).Signatures, CancellationToken.None);
        }
        finally
        {
            _places.Release();
        }
    }
}

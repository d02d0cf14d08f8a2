using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Arc;
using InboundBridge.MailFlow.SenderAuthentication.Dkim;
using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Delivery.MailSigning;

/// <summary>
/// Signs mail as it leaves: DKIM by each key that may (<see cref="SigningCheck"/>), then an ARC set that covers those signatures too
/// (docs/relay.md). The mail is read once and not kept, whatever its size and the number of keys. Safe for concurrent use.
/// </summary>
internal sealed class MailSigner
{
    private readonly DkimSigner[] _dkim;
    private readonly string[] _domains;
    private readonly ArcSealer? _arc;
    private readonly string _hostname;
    private readonly TimeProvider _clock;

    /// <param name="hostname">Our name in the results of a mail for which nothing was checked.</param>
    /// <exception cref="FormatException">A file holds no usable key.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file can't be read.</exception>
    public MailSigner(IReadOnlyList<SigningKeyOptions> dkim, SigningKeyOptions? arc, string hostname, TimeProvider clock)
    {
        _dkim = [.. dkim.Select(key => new DkimSigner(OptionsOf(key), SigningKeyFile.Read(key.KeyFile)))];
        _domains = [.. dkim.Select(key => DomainName.Canonical(key.Domain) ?? key.Domain)];
        _arc = arc is null ? null : new ArcSealer(OptionsOf(arc), SigningKeyFile.Read(arc.KeyFile));
        (_hostname, _clock) = (hostname, clock);
    }

    /// <summary>False: nothing is to be signed.</summary>
    public bool HasKeys => _dkim.Length > 0 || _arc is not null;

    /// <summary>The fields to put on top of the mail.</summary>
    /// <param name="mail">As it will leave.</param>
    /// <param name="message">Its record: what was found out about it when it came.</param>
    /// <exception cref="IOException">The mail can't be read.</exception>
    public async ValueTask<SignedFields> SignAsync(MailContent mail, SpooledMessage message, CancellationToken cancellationToken)
    {
        using var bodies = new BodyHashes();
        var asked = Array.ConvertAll(_dkim, signer => signer.Ask(bodies));
        var sealedBody = _arc?.Ask(bodies);
        using var header = await OutgoingHeader.ReadAsync(mail, bodies, cancellationToken);
        var now = _clock.GetUtcNow();
        // Read where a stranger's mail is signed, or any mail sealed.
        var verdicts = new Lazy<MailVerdicts>(() => VerdictsReader.Read(message.AuthenticationJson), isThreadSafe: false);
        var signatures = new StringBuilder();
        string[] omitted = [];
        string? reason = null;
        using (var fields = new HeaderFields(header.Octets))
        {
            for (var index = 0; index < _dkim.Length; index++)
            {
                if (SigningCheck.Refusal(_domains[index], message, verdicts, fields) is { } refusal)
                    (reason, omitted) = (refusal, [.. omitted, _domains[index]]);
                else
                    signatures.Append(_dkim[index].Sign(fields, asked[index], now));
            }
        }
        var dkim = signatures.ToString();
        return new SignedFields(Seal(header, sealedBody, dkim, message, verdicts, now) + dkim, omitted, reason);
    }

    /// <summary>The ARC set, whose signature covers ours; empty without a key.</summary>
    private string Seal(
        OutgoingHeader header, BodyHash? body, string dkim, SpooledMessage message, Lazy<MailVerdicts> verdicts, DateTimeOffset now)
    {
        if (_arc is null)
            return string.Empty;
        using var withSignatures = new OctetBuffer();
        withSignatures.Append(Encoding.ASCII.GetBytes(dkim));
        withSignatures.Append(header.Octets.Span);
        using var all = new HeaderFields(withSignatures.Memory);
        return _arc.Seal(all, body!, Results(message), verdicts.Value.Arc.Result, message.ReceivedAt, now);
    }

    private static SignerOptions OptionsOf(SigningKeyOptions key) => new() { Domain = key.Domain, Selector = key.Selector };

    /// <summary>RFC 8617 §4.1.1: the value of the Authentication-Results field.</summary>
    private string Results(SpooledMessage message) =>
        message.ResultsField is { } field ? field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..] : $"{_hostname}; none";
}

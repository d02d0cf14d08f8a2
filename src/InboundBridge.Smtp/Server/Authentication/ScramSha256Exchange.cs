using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.Smtp.Server.Authentication;

/// <summary>The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding.</summary>
internal sealed class ScramSha256Exchange(ISmtpAuthenticator authenticator, SmtpPeer peer) : SaslExchange
{
    /// <summary>The number in the hashes that our command line makes.</summary>
    private const int UsualIterations = 600_000;
    private const int UsualSalt = 16;

    private static readonly byte[] ProcessKey = RandomNumberGenerator.GetBytes(32);

    private string _header = "";
    private string _nonce = "";
    private string _transcript = "";
    private ScramCredential _credential = null!;
    private Stage _stage;

    private enum Stage
    {
        First,
        Final,
        Confirmed,
    }

    public override async ValueTask<SaslStep> NextAsync(byte[]? response, CancellationToken cancellationToken)
    {
        if (response is null)
            return SaslStep.Ask([]);
        if (Text(response) is not { } message)
            return SaslStep.Malformed;
        return _stage switch
        {
            Stage.First => await FirstAsync(message, cancellationToken),
            Stage.Final => Final(message),
            // RFC 4954 §4: the server's signature was a challenge, which the client answers with an empty line.
            _ => message.Length == 0 ? SaslStep.Decide(accepted: true, ClaimedUser!) : SaslStep.Malformed,
        };
    }

    /// <summary><c>n,,n=user,r=nonce</c> → <c>r=nonce+ours,s=salt,i=iterations</c></summary>
    private async ValueTask<SaslStep> FirstAsync(string message, CancellationToken cancellationToken)
    {
        var parts = message.Split(',');
        // "p=…" asks for channel binding, which only the -PLUS variant has; "m=" announces a mandatory extension, and we know none.
        if (parts.Length < 4 || parts[0] is not ("n" or "y") || !parts[2].StartsWith("n=", StringComparison.Ordinal)
            || !parts[3].StartsWith("r=", StringComparison.Ordinal) || parts[3].Length is < 10 or > 256
            || SaslName(parts[2][2..]) is not { } text || Name(Encoding.UTF8.GetBytes(text)) is not { } user)
            return SaslStep.Malformed;
        if (parts[1].Length > 0 && (!parts[1].StartsWith("a=", StringComparison.Ordinal) || SaslName(parts[1][2..]) != user))
            return parts[1].StartsWith("a=", StringComparison.Ordinal) ? SaslStep.Decide(accepted: false, user) : SaslStep.Malformed;
        _credential = await authenticator.FindScramAsync(peer, user, cancellationToken)
            ?? MadeUpCredential.Create(ProcessKey, user, UsualIterations, UsualSalt);
        _header = $"{parts[0]},{parts[1]},";
        _nonce = parts[3][2..] + Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        var first = string.Create(
            CultureInfo.InvariantCulture, $"r={_nonce},s={Convert.ToBase64String(_credential.Salt)},i={_credential.Iterations}");
        _transcript = $"{message[_header.Length..]},{first}";
        _stage = Stage.Final;
        return SaslStep.Ask(Encoding.UTF8.GetBytes(first));
    }

    /// <summary><c>c=header,r=nonce,p=proof</c> → <c>v=signature</c></summary>
    private SaslStep Final(string message)
    {
        var proofAt = message.LastIndexOf(",p=", StringComparison.Ordinal);
        var proof = new byte[48];
        if (proofAt < 0 || !Convert.TryFromBase64String(message[(proofAt + 3)..], proof, out var length) || length != 32)
            return SaslStep.Malformed;
        var withoutProof = message[..proofAt];
        var binding = Convert.ToBase64String(Encoding.UTF8.GetBytes(_header));
        if (withoutProof != $"c={binding},r={_nonce}")
            return SaslStep.Decide(accepted: false, ClaimedUser!);
        var transcript = Encoding.UTF8.GetBytes($"{_transcript},{withoutProof}");
        var stored = _credential.StoredKey;
        var clientKey = HMACSHA256.HashData(stored, transcript);
        for (var i = 0; i < clientKey.Length; i++)
            clientKey[i] ^= proof[i];
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), stored))
            return SaslStep.Decide(accepted: false, ClaimedUser!);
        _stage = Stage.Confirmed;
        return SaslStep.Ask(Encoding.ASCII.GetBytes($"v={Convert.ToBase64String(HMACSHA256.HashData(_credential.ServerKey, transcript))}"));
    }

    /// <summary>Decodes a name (RFC 5802 §5.1): =2C is a comma and =3D an equals sign; null for any other equals sign.</summary>
    private static string? SaslName(string text)
    {
        var name = text.Replace("=2C", ",", StringComparison.Ordinal);
        var plain = name.Replace("=3D", "", StringComparison.Ordinal);
        return plain.Contains('=', StringComparison.Ordinal) ? null : name.Replace("=3D", "=", StringComparison.Ordinal);
    }
}

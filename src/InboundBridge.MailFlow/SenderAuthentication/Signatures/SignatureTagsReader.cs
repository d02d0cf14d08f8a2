using System.Buffers;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Domains;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>
/// Reads a signature field and makes the checks of RFC 6376 §6.1.1, which need neither key nor arithmetic. The first problem counts; what
/// can be read is read all the same, so that the verdict names its domain.
/// </summary>
internal ref struct SignatureTagsReader
{
    /// <summary>RFC 8601 §2.7.1 shows eight characters of <c>b=</c> (RFC 6008 §3).</summary>
    private const int PrefixLength = 8;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.*");

    private readonly SignatureKind _kind;
    private readonly ReadOnlySpan<byte> _field;
    private readonly int _valueStart;
    private readonly SignatureTags _tags;
    private readonly TagList _list;

    private SignatureTagsReader(SignatureKind kind, HeaderFields header, int index)
    {
        _kind = kind;
        _field = header.Field(index);
        _valueStart = header.ValueStart(index);
        _tags = new SignatureTags { Field = index };
        if (TagList.Read(_field[_valueStart..], out _list) is { } malformed)
            _tags.Problem = SignatureProblem.Permanent($"the field is malformed: {malformed}");
    }

    public static SignatureTags Read(SignatureKind kind, HeaderFields header, int index, DateTimeOffset now)
    {
        var reader = new SignatureTagsReader(kind, header, index);
        if (kind == SignatureKind.Dkim && !(reader._list.TryGet("v"u8, out var version) && version.SequenceEqual("1"u8)))
            reader.Refuse("tag v= is not 1");
        if (kind != SignatureKind.Dkim)
            reader.ReadInstance();
        reader.ReadDomain();
        reader.ReadAlgorithm();
        reader.ReadSignature();
        if (kind == SignatureKind.ArcSeal)
            reader.ReadSeal();
        else
            reader.ReadMessage();
        reader.ReadTimes(now);
        return reader._tags;
    }

    private readonly void Refuse(string reason) => _tags.Problem ??= SignatureProblem.Permanent(reason);

    private readonly void ReadInstance()
    {
        _tags.Instance = _list.TryGet("i"u8, out var instance) ? ArcInstance.Read(instance) : 0;
        if (_tags.Instance == 0)
            Refuse("tag i= is no number from 1 to 50");
    }

    private readonly void ReadDomain()
    {
        if (Text("d"u8) is { Length: > 0 } domain && DomainName.Canonical(domain) is { } canonical)
            _tags.Domain = canonical;
        else
            Refuse("tag d= is missing or empty");
        // RFC 6376 §3.5. A name with NUL or a comma in it is another name than the one that programs show.
        if (_tags.Domain.AsSpan().ContainsAnyExcept(NameCharacters))
            Refuse("tag d= is no domain name");
        if (Text("s"u8) is { Length: > 0 } selector && DomainName.Canonical(selector) is { } name)
            _tags.Selector = name;
        else
            Refuse("tag s= is missing or empty");
        if (_kind != SignatureKind.Dkim || _tags.Domain.Length == 0)
            return;
        _tags.Identity = Text("i"u8);
        if (_tags.Identity is null)
        {
            _tags.Identity = $"@{_tags.Domain}";
            return;
        }
        var at = _tags.Identity.LastIndexOf('@');
        if (at < 0 || DomainName.Canonical(_tags.Identity[(at + 1)..]) is not { } below || !DomainName.IsAtOrBelow(below, _tags.Domain))
            Refuse("tag i= is not at or below d=");
        else
            _tags.IsIdentityBelow = below.Length > _tags.Domain.Length;
    }

    private readonly void ReadAlgorithm()
    {
        _tags.AlgorithmName = Text("a"u8);
        switch (_tags.AlgorithmName)
        {
            case "rsa-sha256":
                _tags.Algorithm = SignatureAlgorithm.RsaSha256;
                break;
            case "ed25519-sha256":
                _tags.Algorithm = SignatureAlgorithm.Ed25519Sha256;
                break;
            case "rsa-sha1":
                _tags.Algorithm = SignatureAlgorithm.RsaSha1;
                _tags.Problem ??= new SignatureProblem(CheckResult.Policy, "rsa-sha1 is no longer accepted");
                break;
            case null:
                Refuse("tag a= is missing");
                break;
            default:
                Refuse("the algorithm is unknown");
                break;
        }
    }

    private readonly void ReadSignature()
    {
        if (!_list.TryGetRaw("b"u8, out var raw))
        {
            Refuse("tag b= is missing");
            return;
        }
        _tags.SignatureRange = InField(raw);
        _list.TryGet("b"u8, out var encoded);
        if (FoldingSpace.DecodeBase64(encoded) is { } signature)
            _tags.Signature = signature;
        else
            Refuse("tag b= is not base64");
        Span<char> prefix = stackalloc char[PrefixLength];
        var length = 0;
        foreach (var octet in encoded)
        {
            if (octet is > (byte)' ' and < 127 && length < PrefixLength)
                prefix[length++] = (char)octet;
        }
        _tags.Prefix = length > 0 ? prefix[..length].ToString() : null;
    }

    private readonly void ReadMessage()
    {
        if (!_list.TryGet("bh"u8, out var encoded) || FoldingSpace.DecodeBase64(encoded) is not { } hash)
            Refuse("tag bh= is missing or not base64");
        else
            _tags.BodyHash = hash;
        ReadCanonicalization();
        if (_list.TryGet("l"u8, out var limit))
        {
            _tags.Limit = Number(limit);
            if (_tags.Limit is null)
                Refuse("tag l= is not a number");
        }
        if (_list.TryGet("q"u8, out var methods) && !ColonList.Has(methods, "dns/txt"u8))
            Refuse("tag q= has no known method");
        if (!_list.TryGetRaw("h"u8, out var names))
        {
            Refuse("tag h= is missing");
            return;
        }
        _tags.Names = InField(names);
        if (!SignedNames.Has(_field[_tags.Names], "from"u8))
            Refuse("tag h= does not name From");
        // RFC 8617 §4.1.2
        if (_kind == SignatureKind.ArcMessage && SignedNames.Has(_field[_tags.Names], "arc-seal"u8))
            Refuse("tag h= names ARC-Seal");
    }

    /// <summary>RFC 8617 §4.1.3: a seal signs ARC fields and nothing else, always in relaxed form.</summary>
    private readonly void ReadSeal()
    {
        _tags.Header = Canonicalization.Relaxed;
        _tags.ChainValidation = Text("cv"u8);
        if (_list.TryGet("h"u8, out _))
            Refuse("a seal has a tag h=");
    }

    private readonly void ReadCanonicalization()
    {
        if (!_list.TryGet("c"u8, out var value))
        {
            // RFC 6376 §3.5: simple/simple. RFC 8617 does not say whether that goes for ARC too; those who seal without c= mean relaxed.
            _tags.Header = _tags.Body = _kind == SignatureKind.Dkim ? Canonicalization.Simple : Canonicalization.Relaxed;
            return;
        }
        var slash = value.IndexOf((byte)'/');
        var (header, body) = (Form(slash < 0 ? value : value[..slash]), slash < 0 ? Canonicalization.Simple : Form(value[(slash + 1)..]));
        if (header is null || body is null)
            Refuse("tag c= is unknown");
        (_tags.Header, _tags.Body) = (header.GetValueOrDefault(), body.GetValueOrDefault());
    }

    private readonly void ReadTimes(DateTimeOffset now)
    {
        long? signed = null;
        if (_list.TryGet("t"u8, out var time) && (signed = Number(time)) is null)
            Refuse("tag t= is not a number");
        if (!_list.TryGet("x"u8, out var end))
            return;
        if (Number(end) is not { } expires)
            Refuse("tag x= is not a number");
        else if (expires <= signed)
            Refuse("tag x= is not after t=");
        else if (expires < now.ToUnixTimeSeconds())
            _tags.Problem ??= new SignatureProblem(CheckResult.Fail, "the signature has expired");
    }

    private static Canonicalization? Form(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("simple"u8) ? Canonicalization.Simple : word.SequenceEqual("relaxed"u8) ? Canonicalization.Relaxed : null;

    /// <summary>Null unless decimal. More than 18 digits are as good as infinite (RFC 6376 §3.5).</summary>
    private static long? Number(ReadOnlySpan<byte> digits)
    {
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return null;
        const int MostDigits = 18;
        digits = digits.TrimStart((byte)'0');
        if (digits.Length > MostDigits)
            return long.MaxValue;
        var number = 0L;
        foreach (var digit in digits)
            number = (number * 10) + (digit - '0');
        return number;
    }

    private readonly Range InField(Range inValue) => (_valueStart + inValue.Start.Value)..(_valueStart + inValue.End.Value);

    /// <summary>Null when the tag is missing or holds white space or octets that are not UTF-8 (RFC 8616 §4).</summary>
    private readonly string? Text(ReadOnlySpan<byte> name) =>
        _list.TryGet(name, out var value) && !FoldingSpace.HasBlank(value) && System.Text.Unicode.Utf8.IsValid(value)
            ? Encoding.UTF8.GetString(value) : null;
}

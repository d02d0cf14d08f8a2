using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Acme.Challenges;

namespace InboundBridge.UnitTests.Host.Acme;

/// <summary>
/// An authority in memory: it checks every signature, URL and nonce, looks at the answers to its challenges, and issues real certificates.
/// Tests make it odd or hostile.
/// </summary>
internal sealed class FakeAuthority : HttpMessageHandler
{
    public static readonly Uri Directory = new("https://acme.test/directory");

    private const string Errors = "urn:ietf:params:acme:error:";

    private readonly HashSet<string> _nonces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Url, ECDsa Key)> _accounts = new(StringComparer.Ordinal);
    private readonly List<FakeOrder> _orders = [];
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _count;

    public FakeAuthority() => Root = MakeRoot("CN=fake authority", _key);

    public X509Certificate2 Root { get; }

    public required ChallengeAnswers Answers { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Answers instead of the authority; null: let it answer.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Intercept { get; set; } = _ => null;

    /// <summary>Method and path, in order.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The payloads of new orders.</summary>
    public List<JsonElement> OrderPayloads { get; } = [];

    /// <summary>That many good nonces are refused.</summary>
    public int BadNonces { get; set; }

    /// <summary>That often an authorization is pending although its answer was looked at.</summary>
    public int PendingPolls { get; set; }

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(90);

    public (DateTimeOffset Start, DateTimeOffset End)? Window { get; set; }

    /// <summary>The key of the account that new ones must be bound to; null: none.</summary>
    public (string Kid, byte[] Hmac)? External { get; set; }

    public IReadOnlyList<string> ChallengeTypes { get; set; } = ["dns-01", "http-01", "tls-alpn-01"];

    /// <summary>Makes another chain of the one that would be sent.</summary>
    public Func<X509Certificate2, string>? Chain { get; set; }

    public int Accounts => _accounts.Count;

    public int Issued { get; private set; }

    public int CountOf(string request) => Requests.Count(each => each.StartsWith(request, StringComparison.Ordinal));

    public static X509Certificate2 MakeRoot(string subject, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(
            new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2049, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    public static HttpResponseMessage Problem(int status, string type, string detail, JsonArray? subproblems = null)
    {
        var body = new JsonObject { ["type"] = Errors + type, ["detail"] = detail };
        if (subproblems is not null)
            body["subproblems"] = subproblems;
        return Answer(status, body.ToJsonString(), "application/problem+json");
    }

    public static HttpResponseMessage Answer(int status, string body, string type) => new((HttpStatusCode)status)
    {
        Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)),
    };

    /// <summary>A certificate for names and a key, signed by this authority or by another one of the same name.</summary>
    public X509Certificate2 Sign(
        IReadOnlyList<string> names, AsymmetricAlgorithm key, TimeSpan? age = null, X509Certificate2? signer = null)
    {
        var issuer = signer ?? Root;
        var request = new CertificateRequest($"CN={names[0]}", (ECDsa)key, HashAlgorithmName.SHA256);
        return Sign(request, names, issuer, Clock.GetUtcNow() - (age ?? TimeSpan.Zero));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(request));

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => Answer(request);

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        Requests.Add($"{request.Method} {path}");
        Assert.StartsWith("InboundBridge/", request.Headers.UserAgent.ToString(), StringComparison.Ordinal);
        var answer = Intercept(request) ?? (request.Method == HttpMethod.Post ? Posted(request) : Read(path));
        var nonce = $"nonce-{++_count}";
        _nonces.Add(nonce);
        if (!answer.Headers.Contains("Replay-Nonce"))
            answer.Headers.TryAddWithoutValidation("Replay-Nonce", nonce);
        return answer;
    }

    private HttpResponseMessage Read(string path) => path switch
    {
        "/directory" => Json(200, DirectoryJson()),
        "/new-nonce" => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) },
        _ when path.StartsWith("/renewal/", StringComparison.Ordinal) && Window is { } window => Json(200, new JsonObject
        {
            ["suggestedWindow"] = new JsonObject { ["start"] = window.Start.ToString("O"), ["end"] = window.End.ToString("O") },
        }),
        _ => Problem(404, "malformed", "no such resource"),
    };

    private JsonObject DirectoryJson()
    {
        var json = new JsonObject
        {
            ["newNonce"] = "https://acme.test/new-nonce",
            ["newAccount"] = "https://acme.test/new-account",
            ["newOrder"] = "https://acme.test/new-order",
            ["meta"] = new JsonObject { ["externalAccountRequired"] = External is not null },
        };
        if (Window is not null)
            json["renewalInfo"] = "https://acme.test/renewal";
        return json;
    }

    private HttpResponseMessage Posted(HttpRequestMessage request)
    {
        Assert.Equal("application/jose+json", request.Content!.Headers.ContentType!.ToString());
        using var reader = new StreamReader(request.Content.ReadAsStream());
        using var jws = JsonDocument.Parse(reader.ReadToEnd());
        var (head, body) = (jws.RootElement.GetProperty("protected").GetString()!, jws.RootElement.GetProperty("payload").GetString()!);
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(head));
        var fields = header.RootElement;
        Assert.Equal("ES256", fields.GetProperty("alg").GetString());
        Assert.Equal(request.RequestUri!.AbsoluteUri, fields.GetProperty("url").GetString());
        Assert.True(_nonces.Remove(fields.GetProperty("nonce").GetString()!), "a nonce that was not given, or is used twice");
        if (BadNonces-- > 0)
            return Problem(400, "badNonce", "the nonce is too old");
        var isNew = fields.TryGetProperty("jwk", out var jwk);
        using var made = isNew ? KeyOf(jwk) : null;
        var key = made ?? _accounts.Values.Single(account => account.Url == fields.GetProperty("kid").GetString()).Key;
        Assert.True(key.VerifyData(
            Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(jws.RootElement.GetProperty("signature").GetString()!),
            HashAlgorithmName.SHA256), "a wrong signature");
        using var payload = JsonDocument.Parse(body.Length == 0 ? "null" : Encoding.UTF8.GetString(Base64Url.DecodeFromChars(body)));
        var thumbprint = Thumbprint(key);
        var path = request.RequestUri.AbsolutePath;
        return isNew ? Account(payload.RootElement, jwk, thumbprint) : Use(path, payload.RootElement, thumbprint);
    }

    private HttpResponseMessage Account(JsonElement payload, JsonElement jwk, string thumbprint)
    {
        if (!_accounts.TryGetValue(thumbprint, out var account))
        {
            if (payload.TryGetProperty("onlyReturnExisting", out _))
                return Problem(400, "accountDoesNotExist", "there is no account with this key");
            Assert.True(payload.GetProperty("termsOfServiceAgreed").GetBoolean());
            if (External is { } external)
                AssertBound(payload.GetProperty("externalAccountBinding"), jwk, external);
            _accounts[thumbprint] = account = ($"https://acme.test/account/{_accounts.Count + 1}", KeyOf(jwk));
        }
        return Json(200, new JsonObject { ["status"] = "valid" }, account.Url);
    }

    private static void AssertBound(JsonElement binding, JsonElement jwk, (string Kid, byte[] Hmac) external)
    {
        var (head, body) = (binding.GetProperty("protected").GetString()!, binding.GetProperty("payload").GetString()!);
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(head));
        Assert.Equal("HS256", header.RootElement.GetProperty("alg").GetString());
        Assert.Equal(external.Kid, header.RootElement.GetProperty("kid").GetString());
        Assert.Equal("https://acme.test/new-account", header.RootElement.GetProperty("url").GetString());
        using var bound = JsonDocument.Parse(Base64Url.DecodeFromChars(body));
        Assert.True(JsonElement.DeepEquals(jwk, bound.RootElement));
        Assert.Equal(
            Base64Url.EncodeToString(HMACSHA256.HashData(external.Hmac, Encoding.ASCII.GetBytes($"{head}.{body}"))),
            binding.GetProperty("signature").GetString());
    }

    private HttpResponseMessage Use(string path, JsonElement payload, string thumbprint)
    {
        if (path == "/new-order")
            return NewOrder(payload);
        var parts = path.Split('/');
        var order = _orders.SingleOrDefault(order => $"{order.Number}" == parts[2]);
        if (order is null)
            return Problem(404, "malformed", "no such order");
        switch (parts[1])
        {
            case "order":
                return OrderJson(order);
            case "authorization":
                return AuthorizationJson(order, parts[3]);
            case "challenge":
                order.Look(parts[3], Proves(order, parts[3], parts[4], thumbprint), PendingPolls);
                return Json(200, new JsonObject { ["type"] = parts[4], ["status"] = "processing" });
            case "finalize":
                return Finalize(order, payload);
            default:
                return Answer(200, (Chain ?? UsualChain)(order.Certificate!), "application/pem-certificate-chain");
        }
    }

    private string UsualChain(X509Certificate2 leaf) => $"{leaf.ExportCertificatePem()}\n{Root.ExportCertificatePem()}\n";

    private HttpResponseMessage NewOrder(JsonElement payload)
    {
        OrderPayloads.Add(payload.Clone());
        var names = payload.GetProperty("identifiers").EnumerateArray().Select(name => name.GetProperty("value").GetString()!).ToList();
        var order = new FakeOrder(_orders.Count + 1, names);
        _orders.Add(order);
        return OrderJson(order);
    }

    private bool Proves(FakeOrder order, string name, string type, string thumbprint)
    {
        var proof = $"{order.TokenOf(name)}.{thumbprint}";
        if (type == "http-01")
            return Answers.FileOf(order.TokenOf(name)) == proof;
        var extension = Answers.CertificateOf(name)?.Extensions.Single(extension => extension.Oid?.Value == "1.3.6.1.5.5.7.1.31");
        return extension is { Critical: true }
            && extension.RawData.AsSpan(2).SequenceEqual(SHA256.HashData(Encoding.ASCII.GetBytes(proof)));
    }

    private HttpResponseMessage Finalize(FakeOrder order, JsonElement payload)
    {
        if (order.Status != "ready")
            return Problem(403, "orderNotReady", $"the order is {order.Status}");
        var request = CertificateRequest.LoadSigningRequest(
            Base64Url.DecodeFromChars(payload.GetProperty("csr").GetString()!), HashAlgorithmName.SHA256,
            CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        var asked = request.CertificateExtensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames();
        Assert.Equal(order.Names, asked);
        var plain = new CertificateRequest(request.SubjectName, request.PublicKey, HashAlgorithmName.SHA256);
        order.Certificate = Sign(plain, order.Names, Root, Clock.GetUtcNow());
        Issued++;
        return OrderJson(order);
    }

    private X509Certificate2 Sign(CertificateRequest request, IReadOnlyList<string> names, X509Certificate2 issuer, DateTimeOffset from)
    {
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternative.AddDnsName(name);
        request.CertificateExtensions.Add(alternative.Build());
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request.Create(issuer, from, from + Lifetime, [0x00, 0x87, .. BitConverter.GetBytes(++_count)]);
    }

    private HttpResponseMessage OrderJson(FakeOrder order)
    {
        var json = new JsonObject
        {
            ["status"] = order.Status,
            ["authorizations"] = new JsonArray(
                [.. order.Names.Select(name => (JsonNode)$"https://acme.test/authorization/{order.Number}/{name}")]),
            ["finalize"] = $"https://acme.test/finalize/{order.Number}",
        };
        if (order.Certificate is not null)
            json["certificate"] = $"https://acme.test/certificate/{order.Number}";
        return Json(200, json, $"https://acme.test/order/{order.Number}");
    }

    private HttpResponseMessage AuthorizationJson(FakeOrder order, string name)
    {
        var status = order.StatusOf(name);
        var challenges = new JsonArray();
        foreach (var type in ChallengeTypes)
        {
            var challenge = new JsonObject
            {
                ["type"] = type,
                ["url"] = $"https://acme.test/challenge/{order.Number}/{name}/{type}",
                ["token"] = order.TokenOf(name),
                ["status"] = status,
            };
            if (status == "invalid")
                challenge["error"] = new JsonObject { ["type"] = Errors + "connection", ["detail"] = "Connection refused" };
            challenges.Add((JsonNode)challenge);
        }
        return Json(200, new JsonObject
        {
            ["status"] = status,
            ["identifier"] = new JsonObject { ["type"] = "dns", ["value"] = name },
            ["challenges"] = challenges,
        });
    }

    private static HttpResponseMessage Json(int status, JsonObject body, string? location = null)
    {
        var answer = Answer(status, body.ToJsonString(), "application/json");
        if (location is not null)
            answer.Headers.Location = new Uri(location);
        return answer;
    }

    private static ECDsa KeyOf(JsonElement jwk) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint
        {
            X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()!),
            Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()!),
        },
    });

    private static string Thumbprint(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var jwk = $$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(jwk)));
    }
}

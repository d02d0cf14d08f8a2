using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace InboundBridge.Acme.Protocol;

/// <summary>The requests of RFC 8555 that a certificate needs, for one account at one authority. Not for several threads.</summary>
/// <param name="pause">Waits; a test's clock need not.</param>
internal sealed class AcmeClient(AcmeSession session, TimeProvider clock, Func<TimeSpan, CancellationToken, Task> pause)
{
    private const string AlreadyReplaced = "alreadyReplaced";

    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(1);

    public AcmeLimits Limits => session.Limits;

    public AccountKey Key => session.Key;

    /// <summary>The account's URL; null before <see cref="SignInAsync"/>.</summary>
    public Uri? Account => session.Account;

    /// <summary>Finds the account of our key, or makes it. We agree to the authority's terms (docs/certificates.md says so).</summary>
    public async Task SignInAsync(string email, ExternalAccount? external, CancellationToken cancellationToken)
    {
        var url = session.Directory.NewAccount;
        try
        {
            var known = await session.PostAsync(url, new JsonObject { ["onlyReturnExisting"] = true }, cancellationToken);
            session.Account = known.Location ?? throw NoLocation(url);
            return;
        }
        catch (AcmeException refusal) when (refusal.Type == "accountDoesNotExist")
        {
            // Made below.
        }
        var account = new JsonObject
        {
            ["termsOfServiceAgreed"] = true,
            ["contact"] = new JsonArray($"mailto:{email}"),
        };
        if (external is not null)
            account["externalAccountBinding"] = SignedRequest.Bind(session.Key, external, url);
        else if (session.Directory.NeedsExternalAccount)
            throw new AcmeProblem("externalAccountRequired", "the directory takes no other accounts", Host: null).ToException();
        var made = await session.PostAsync(url, account, cancellationToken);
        session.Account = made.Location ?? throw NoLocation(url);
    }

    /// <param name="replaced">The certificate that this order renews; null for a first one.</param>
    public async Task<AcmeOrder> OrderAsync(
        IReadOnlyList<string> names, X509Certificate2? replaced, CancellationToken cancellationToken)
    {
        var replaces = replaced is not null && session.Directory.RenewalInfo is not null ? RenewalWindow.NameOf(replaced) : null;
        try
        {
            return await OrderAsync(names, replaces, cancellationToken);
        }
        catch (AcmeException refusal) when (replaces is not null && refusal is { IsRateLimit: false, Status: >= 400 and < 500 }
            && refusal.Type is AlreadyReplaced or "malformed" or "unauthorized" or "conflict")
        {
            // RFC 9773 §5: the authority no longer knows the old one, or an earlier order has replaced it.
            return await OrderAsync(names, replaces: null, cancellationToken);
        }
    }

    public async Task<AcmeOrder> FindOrderAsync(Uri url, CancellationToken cancellationToken)
    {
        var reply = await session.PostAsync(url, payload: null, cancellationToken);
        return AcmeOrder.Read(url, reply.Json(Limits), Limits) with { AskAgain = reply.RetryAfter };
    }

    public async Task<AcmeAuthorization> FindAuthorizationAsync(Uri url, CancellationToken cancellationToken)
    {
        var reply = await session.PostAsync(url, payload: null, cancellationToken);
        return AcmeAuthorization.Read(url, reply.Json(Limits), Limits) with { AskAgain = reply.RetryAfter };
    }

    /// <summary>Asks for the order until its status is another than those.</summary>
    public Task<AcmeOrder> WhileAsync(Uri order, string what, CancellationToken cancellationToken, params string[] statuses) =>
        PollAsync(
            () => FindOrderAsync(order, cancellationToken), found => !statuses.Contains(found.Status, StringComparer.Ordinal),
            found => found.AskAgain, what, cancellationToken);

    /// <summary>Asks for the authorization until it is settled.</summary>
    public Task<AcmeAuthorization> WhilePendingAsync(Uri authorization, string what, CancellationToken cancellationToken) =>
        PollAsync(
            () => FindAuthorizationAsync(authorization, cancellationToken), found => found.Status != "pending", found => found.AskAgain,
            what, cancellationToken);

    /// <summary>Says that the challenge can be looked at now (RFC 8555 §7.5.1).</summary>
    public Task ReadyAsync(AcmeChallenge challenge, CancellationToken cancellationToken) =>
        session.PostAsync(challenge.Url, [], cancellationToken);

    /// <param name="request">A PKCS #10 request, DER.</param>
    public Task FinalizeAsync(AcmeOrder order, byte[] request, CancellationToken cancellationToken) =>
        session.PostAsync(order.Finalize, new JsonObject { ["csr"] = Base64Url.EncodeToString(request) }, cancellationToken);

    /// <returns>PEM, the leaf first (RFC 8555 §7.4.2).</returns>
    public async Task<string> DownloadAsync(Uri certificate, CancellationToken cancellationToken)
    {
        var reply = await session.PostAsync(certificate, payload: null, cancellationToken);
        return reply.MediaType.Equals("application/pem-certificate-chain", StringComparison.OrdinalIgnoreCase) ? reply.Text
            : throw new AcmeException(
                $"{AcmeText.Shown(certificate)} answers with '{AcmeText.Shown(reply.MediaType)}' instead of a chain of certificates");
    }

    /// <summary>When the authority wants this certificate renewed; null where it has no opinion.</summary>
    public async Task<RenewalWindow?> RenewalWindowAsync(X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        if (session.Directory.RenewalInfo is not { } info || RenewalWindow.NameOf(certificate) is not { } name)
            return null;
        var reply = await session.GetAsync(new Uri($"{info.AbsoluteUri.TrimEnd('/')}/{name}"), cancellationToken);
        return RenewalWindow.Read(reply.Json(Limits), reply.RetryAfter);
    }

    private async Task<AcmeOrder> OrderAsync(IReadOnlyList<string> names, string? replaces, CancellationToken cancellationToken)
    {
        var identifiers = names.Select(name => (JsonNode)new JsonObject { ["type"] = "dns", ["value"] = name }).ToArray();
        var order = new JsonObject { ["identifiers"] = new JsonArray(identifiers) };
        if (replaces is not null)
            order["replaces"] = replaces;
        var reply = await session.PostAsync(session.Directory.NewOrder, order, cancellationToken);
        return AcmeOrder.Read(reply.Location ?? throw NoLocation(reply.Url), reply.Json(Limits), Limits);
    }

    /// <summary>Asks until there is an answer that counts, within <see cref="AcmeLimits.PollTime"/>.</summary>
    /// <param name="askAgain">When the authority wants to be asked again; null where it does not say.</param>
    /// <param name="what">For the failure's text: what does not come to an end.</param>
    private async Task<T> PollAsync<T>(
        Func<Task<T>> ask, Func<T, bool> isSettled, Func<T, TimeSpan?> askAgain, string what, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + Limits.PollTime;
        for (var usual = FirstPoll; ; usual = usual * 2 < Limits.LongestPoll ? usual * 2 : Limits.LongestPoll)
        {
            var answer = await ask();
            if (isSettled(answer))
                return answer;
            var wait = askAgain(answer) is { } wanted && wanted > FirstPoll ? wanted : usual;
            if (clock.GetUtcNow() + wait > until)
                throw TakesTooLong(what, askAgain(answer));
            await pause(wait, cancellationToken);
        }
    }

    /// <param name="wanted">When the authority wants to be asked again; the next attempt waits as long.</param>
    private AcmeException TakesTooLong(string what, TimeSpan? wanted) => new(
        wanted > Limits.LongestPoll
            ? $"{what}, and the authority wants to be asked again in {wanted.Value.TotalMinutes:0} minutes"
            : $"{what} for {Limits.PollTime.TotalMinutes:0} minutes, and the authority does not say why")
    {
        RetryAfter = wanted,
    };

    private static AcmeException NoLocation(Uri url) =>
        new($"{AcmeText.Shown(url)} does not say where the new object is", AcmeText.NotAnAuthority);
}

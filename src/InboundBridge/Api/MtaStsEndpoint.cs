using InboundBridge.Configuration.Options;
using InboundBridge.Http.Answers;
using InboundBridge.Http.Connections;

namespace InboundBridge.Api;

/// <summary>
/// <c>/.well-known/mta-sts.txt</c> for <c>mta-sts.DOMAIN</c> of our own domains (RFC 8461 §3.3). For every other host 404, so that no mail
/// server takes our policy for another domain's.
/// </summary>
/// <param name="policy">The policy in force; null for none.</param>
/// <param name="isOurs">Whether we accept mail for a domain.</param>
internal sealed class MtaStsEndpoint(Func<MtaStsOptions?> policy, Func<string, bool> isOurs)
{
    private const string Prefix = "mta-sts.";

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(PublicSide.MtaStsPath, context => Answer(context.Request).ExecuteAsync(context));

    private IResult Answer(HttpRequest request)
    {
        var host = request.Host.Host.TrimEnd('.');
        return policy() is { } published && host.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && isOurs(host[Prefix.Length..])
            ? Results.Text(published.Text(), "text/plain")
            : ApiProblem.NotFound("MTA-STS policy of this host");
    }
}

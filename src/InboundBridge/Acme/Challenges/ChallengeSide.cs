namespace InboundBridge.Acme.Challenges;

/// <summary>Marks connections to <c>tls.acme.listen</c>, on which there is nothing but the authority's challenges.</summary>
internal sealed class ChallengeSide
{
    public static ChallengeSide Instance { get; } = new();

    public static bool Is(HttpContext context) => context.Features.Get<ChallengeSide>() is not null;
}

namespace InboundBridge.Configuration.Options;

/// <summary>Configuration <c>authentication.greylist</c>.</summary>
internal sealed record GreylistOptions
{
    public TimeSpan Delay { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan Expire { get; init; } = TimeSpan.FromDays(35);
}

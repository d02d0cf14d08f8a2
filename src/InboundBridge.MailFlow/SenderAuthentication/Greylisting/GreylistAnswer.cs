namespace InboundBridge.MailFlow.SenderAuthentication.Greylisting;

/// <summary>What greylisting says about a recipient of a mail.</summary>
/// <param name="Wait">How long the client should wait; zero: it may pass.</param>
public readonly record struct GreylistAnswer(TimeSpan Wait)
{
    public static GreylistAnswer Pass => default;

    public bool MayPass => Wait <= TimeSpan.Zero;
}

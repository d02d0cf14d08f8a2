using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Enforcement;

/// <summary>What greylisting would say about a recipient now.</summary>
public sealed record GreylistForecast(GreylistChance Chance)
{
    /// <summary>Of <see cref="GreylistChance.Deferred"/>.</summary>
    public SmtpReply? Reply { get; init; }
}

public enum GreylistChance
{
    /// <summary>The client is a stranger to this sender and recipient, and would have to come back.</summary>
    Deferred,

    /// <summary>The client has come back before.</summary>
    Known,

    /// <summary>SPF passes, or a list of good clients names the client.</summary>
    VouchedFor,

    /// <summary>Trusted clients and our users don't wait.</summary>
    TrustedClient,

    /// <summary>postmaster and abuse are open to everybody.</summary>
    OpenRecipient,

    /// <summary>What is remembered can't be read here.</summary>
    NotKnown,
}

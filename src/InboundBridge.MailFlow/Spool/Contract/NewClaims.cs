namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>
/// Which deliveries of a list are claimed in the transaction that adds them, so that their first attempts need no further claim. Each such
/// claim has the fence <see cref="ClaimTerms.FirstFence"/>.
/// </summary>
/// <param name="Terms">Null: none is claimed.</param>
/// <param name="Mask">Bit n stands for the delivery at index n.</param>
public readonly record struct NewClaims(ClaimTerms? Terms, ulong Mask)
{
    /// <summary>Deliveries beyond these can't be claimed as they are added.</summary>
    public const int Most = 64;

    public static NewClaims None => default;

    /// <summary>Every delivery of the list.</summary>
    public static NewClaims All(ClaimTerms terms) => new(terms, ulong.MaxValue);

    public bool Contains(int index) => Terms is not null && index < Most && (Mask >> index & 1) != 0;

    /// <summary>These, and the delivery at an index.</summary>
    public NewClaims With(ClaimTerms terms, int index) => index < Most ? new NewClaims(terms, Mask | 1UL << index) : this;
}

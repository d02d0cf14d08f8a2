namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>A piece of a macro-string (RFC 7208 §7.1): a closed set.</summary>
internal abstract record SpfMacroPart
{
    public sealed record Literal(string Text) : SpfMacroPart;

    /// <param name="Letter">In lower case.</param>
    /// <param name="Escape">The letter was in upper case: the value is escaped for a URL.</param>
    /// <param name="Keep">How many parts at the right are kept; 0 for all.</param>
    /// <param name="Reverse">The parts come in reverse order.</param>
    /// <param name="Delimiters">What separates parts; null for the default, with which a value without transformers stays as it is.</param>
    public sealed record Macro(char Letter, bool Escape, int Keep, bool Reverse, string? Delimiters) : SpfMacroPart
    {
        /// <summary>Splits, reverses, cuts, joins with dots, and escapes (RFC 7208 §7.3).</summary>
        public string Transform(string value)
        {
            if (Keep > 0 || Reverse || Delimiters is not null)
            {
                var parts = value.Split((Delimiters ?? ".").ToCharArray());
                if (Reverse)
                    Array.Reverse(parts);
                var from = Keep > 0 ? Math.Max(0, parts.Length - Keep) : 0;
                value = string.Join('.', parts, from, parts.Length - from);
            }
            // Unreserved characters (RFC 3986 §2.3) stay as they are.
            return Escape ? Uri.EscapeDataString(value) : value;
        }
    }
}

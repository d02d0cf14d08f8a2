namespace InboundBridge.Mime.Replies;

/// <summary>
/// The header of the answered mail as programs copy it into a reply: lines of a label and a value, in any order. Labels alone prove
/// nothing, because people write lists of that form too ("From: Berlin", "To: Hamburg"), so a block also needs an address, a date or a
/// subject, and more of them in a mail that answers nothing.
/// </summary>
internal static class CopiedHeader
{
    /// <summary>Lines examined from the first label on, empty ones included.</summary>
    private const int MostLines = 24;

    private const int FewestOfAnyLanguage = 4;

    private const int MostOfAnyLanguage = 8;

    /// <summary>Lines that may continue a list of recipients.</summary>
    private const int MostContinued = 5;

    /// <param name="isMarked">There is a banner or a drawn line above.</param>
    /// <param name="isAnswer">The mail answers or forwards another one.</param>
    public static bool Begins(in TextLines lines, int index, bool isMarked, bool isAnswer)
    {
        if (index >= lines.Count)
            return false;
        if (HeaderLabels.KindOf(lines[index]) is LabelKind.None or LabelKind.Other)
            return (isAnswer || isMarked) && IsOfAnyLanguage(lines, index);
        var found = Read(lines, index);
        if (!found.HasFrom || found.Others < 2)
            return found.HasFrom && isMarked && found.Others == 1 && (found.HasAddress || found.HasDate);
        if (isMarked)
            return found.HasSubject || found.HasAddress || found.HasDate;
        return isAnswer ? found.HasAddress || (found.HasSubject && (found.HasDate
            || found.Others >= 3)) : found is { HasAddress: true, HasDate: true, HasSubject: true, Others: >= 3 };
    }

    /// <summary>
    /// In an unknown language: four or more lines of short labels in a row below an empty line, the sender with an address in one of the
    /// first two, and a day with a time of day.
    /// </summary>
    private static bool IsOfAnyLanguage(in TextLines lines, int index)
    {
        if (index > 0 && !lines[index - 1].IsEmpty && HeaderLabels.IsLabelled(lines[index - 1]))
            return false;
        var (count, hasSender, hasDate) = (0, false, false);
        for (; count < MostOfAnyLanguage && index + count < lines.Count && HeaderLabels.IsLabelled(lines[index + count]); count++)
        {
            hasSender |= count < 2 && HeaderLabels.IsSender(lines[index + count]);
            hasDate |= DateEvidence.HasDayAndTime(lines[index + count]);
        }
        return count >= FewestOfAnyLanguage && hasSender && hasDate;
    }

    private static Found Read(in TextLines lines, int index)
    {
        var found = default(Found);
        var (before, continued, empty) = (LabelKind.None, 0, 0);
        for (var end = Math.Min(lines.Count, index + MostLines); index < end; index++)
        {
            var line = lines[index];
            if (line.IsEmpty)
            {
                // Some programs put an empty line after each label.
                if (++empty > 1)
                    break;
                continue;
            }
            var kind = HeaderLabels.KindOf(line);
            if (kind == LabelKind.None)
            {
                // A list of recipients may be wrapped, and a field may have a label that only one program writes.
                var isContinued = before is LabelKind.Recipients or LabelKind.From && line.ContainsAny('@', ';') && empty == 0;
                if (++continued > MostContinued || !(isContinued || (HeaderLabels.IsLabelled(line) && empty == 0)))
                    break;
                continue;
            }
            // A second sender begins the header of the next quoted mail.
            if (!found.Add(kind, line))
                break;
            (before, empty) = (kind, 0);
        }
        return found;
    }

    private struct Found
    {
        private bool _hasDateLabel;
        private bool _hasRecipients;

        public bool HasFrom { get; private set; }

        public bool HasSubject { get; private set; }

        /// <summary>An address in the sender's or a recipients' line.</summary>
        public bool HasAddress { get; private set; }

        /// <summary>A point in time in the date's line.</summary>
        public bool HasDate { get; private set; }

        /// <summary>Kinds of labels besides the sender's.</summary>
        public readonly int Others => (HasSubject ? 1 : 0) + (_hasDateLabel ? 1 : 0) + (_hasRecipients ? 1 : 0);

        public bool Add(LabelKind kind, ReadOnlySpan<char> line)
        {
            switch (kind)
            {
                case LabelKind.From when HasFrom:
                    return false;
                case LabelKind.From:
                    HasFrom = true;
                    HasAddress |= line.Contains('@');
                    break;
                case LabelKind.Recipients:
                    _hasRecipients = true;
                    HasAddress |= line.Contains('@');
                    break;
                case LabelKind.Date:
                    _hasDateLabel = true;
                    HasDate |= DateEvidence.Has(line);
                    break;
                case LabelKind.Subject:
                    HasSubject = true;
                    break;
            }
            return true;
        }
    }
}

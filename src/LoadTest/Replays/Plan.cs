namespace Doorbuster.LoadTest.Replays;

/// <summary>One order to place: an invoice, or a part of one that is larger than an order may be.</summary>
/// <param name="At">After the start, at the file's own pace.</param>
internal sealed record PlannedOrder(int Number, string Invoice, int Person, TimeSpan At, IReadOnlyList<InvoiceLine> Lines)
{
    public long ValueMinor => Lines.Sum(l => l.ValueMinor);
}

/// <param name="Orders">Numbers of the orders that are taken back.</param>
internal sealed record PlannedCancellation(string Invoice, int Person, TimeSpan At, IReadOnlyList<int> Orders);

/// <summary>What the invoices mean for a shop that takes orders of 50 lines of 1,000 and cancels whole, unpaid orders.</summary>
internal sealed class Plan
{
    public const int LinesMax = 50;
    public const int QuantityMax = 1_000;

    private readonly Dictionary<string, int> _people = [];
    private readonly List<(Invoice Invoice, int[] Orders)> _placed = [];

    private Plan() { }

    public List<PlannedOrder> Orders { get; } = [];
    public List<PlannedCancellation> Cancellations { get; } = [];

    /// <summary>Cancellation invoices that no order of the file corresponds to, by reason.</summary>
    public SortedDictionary<string, long> SkippedCancellations { get; } = new(StringComparer.Ordinal);

    public int PeopleCount { get; private set; }

    public TimeSpan Length { get; private set; }

    public static Plan Of(IReadOnlyList<Invoice> invoices)
    {
        var plan = new Plan();
        if (invoices.Count == 0)
            return plan;
        var start = invoices[0].At;
        foreach (var minute in invoices.GroupBy(i => i.At))
        {
            // The file knows minutes only: within one, invoices are spread evenly, or each minute would begin with a burst.
            var (all, place) = (minute.ToList(), 0);
            foreach (var invoice in all)
                plan.Add(invoice, minute.Key - start + TimeSpan.FromMinutes((double)place++ / all.Count));
        }
        plan.Length = invoices[^1].At - start + TimeSpan.FromMinutes(1);
        return plan;
    }

    private void Add(Invoice invoice, TimeSpan at)
    {
        if (invoice.IsCancellation)
        {
            Cancel(invoice, at);
            return;
        }
        var person = PersonOf(invoice);
        var first = Orders.Count;
        foreach (var lines in Split(invoice.Lines))
            Orders.Add(new PlannedOrder(Orders.Count, invoice.Number, person, at, lines));
        _placed.Add((invoice, [.. Enumerable.Range(first, Orders.Count - first)]));
    }

    private void Cancel(Invoice invoice, TimeSpan at)
    {
        var taken = invoice.Lines.ToDictionary(l => l.Sku, l => l.Quantity);
        var earlier = invoice.Customer.Length == 0 ? [] : _placed.Where(p => p.Invoice.Customer == invoice.Customer).ToList();
        var same = earlier.FindIndex(p => p.Invoice.Lines.Count == taken.Count
            && p.Invoice.Lines.All(l => taken.GetValueOrDefault(l.Sku) == l.Quantity));
        if (same >= 0)
        {
            Cancellations.Add(new PlannedCancellation(invoice.Number, PersonOf(invoice), at, earlier[same].Orders));
            _placed.Remove(earlier[same]);
            return;
        }
        var reason = earlier.Any(p => p.Invoice.Lines.Any(l => taken.ContainsKey(l.Sku)))
            ? "cancels_part_of_an_order" : "cancels_nothing_in_the_file";
        SkippedCancellations[reason] = SkippedCancellations.GetValueOrDefault(reason) + 1;
    }

    private int PersonOf(Invoice invoice)
    {
        if (invoice.Customer.Length == 0)
            return PeopleCount++;    // A buyer the file does not name is a new one each time.
        if (!_people.TryGetValue(invoice.Customer, out var person))
            _people.Add(invoice.Customer, person = PeopleCount++);
        return person;
    }

    // A line of more than an order may hold goes to as many orders as it takes, since an order has each code once.
    private static IEnumerable<IReadOnlyList<InvoiceLine>> Split(IReadOnlyList<InvoiceLine> lines)
    {
        List<InvoiceLine> rest = [.. lines];
        while (rest.Count > 0)
        {
            List<InvoiceLine> order = [], later = [];
            foreach (var line in rest)
            {
                if (order.Count == LinesMax)
                    later.Add(line);
                else if (line.Quantity <= QuantityMax)
                    order.Add(line);
                else
                {
                    var part = line.ValueMinor * QuantityMax / line.Quantity;
                    order.Add(new InvoiceLine(line.Sku, QuantityMax, part));
                    later.Add(new InvoiceLine(line.Sku, line.Quantity - QuantityMax, line.ValueMinor - part));
                }
            }
            yield return order;
            rest = later;
        }
    }
}

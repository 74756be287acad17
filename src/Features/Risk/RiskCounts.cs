using System.Diagnostics.Metrics;
using Doorbuster.Risk.Cases;

namespace Doorbuster.Risk;

/// <summary>What the rules found and people decided, counted as it is written.</summary>
internal sealed class RiskCounts
{
    private readonly Counter<long> _cases;

    public RiskCounts(IMeterFactory meters) => _cases = meters.Create("Doorbuster.Risk").CreateCounter<long>(
        "doorbuster.risk.cases", "{order}", "Orders that entered a state of risk, by state.");

    public void Entered(CaseState state) =>
        _cases.Add(1, new KeyValuePair<string, object?>("state", Case.NameOf(state)));
}

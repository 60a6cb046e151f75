// A Wasserstein auto-encoder with a prior of one's own, in F#: codes on a spiral.
open System
open TorchSharp
open WassersteinAutoEncoders.Divergences
open WassersteinAutoEncoders.Kernels
open WassersteinAutoEncoders.Priors
open WassersteinAutoEncoders.Training

type SpiralPrior() =
    interface IPrior with
        member _.Dimension = 2L

        member _.Sample(count, generator, device, dtype) =
            use scope = torch.NewDisposeScope()
            let dtype = if dtype.HasValue then dtype.Value else torch.ScalarType.Float32
            let turn = torch.rand ([| count |], dtype = dtype, generator = generator)
            let angle = turn.mul ((4.0 * Math.PI).ToScalar())
            let codes = torch.stack ([| angle.cos().mul turn; angle.sin().mul turn |], 1L)
            codes.``to``(if isNull device then torch.CPU else device).MoveToOuterDisposeScope()

let train steps =
    GlobalRandom.Seed 1L
    let prior = SpiralPrior()
    use encoder = torch.nn.Sequential(torch.nn.Linear (10L, 64L), torch.nn.ReLU (), torch.nn.Linear (64L, 2L))
    use decoder = torch.nn.Sequential(torch.nn.Linear (2L, 64L), torch.nn.ReLU (), torch.nn.Linear (64L, 10L))
    use trainer = new WaeTrainer(encoder, decoder, prior, MmdDivergence(ImqKernel.ForPrior prior))
    use generator = new torch.Generator(1UL)
    use data = torch.randn ([| 512L; 10L |], generator = generator)

    for step in 1..steps do
        use scope = torch.NewDisposeScope()
        let result = trainer.Step data
        if step = 1 || step % 100 = 0 || step = steps then
            printfn $"step {step}: reconstruction {result.Reconstruction:f3}, penalty {result.Penalty:f4}"

[<EntryPoint>]
let main arguments =
    match Array.tryHead arguments |> Option.map Int32.TryParse with
    | None ->
        train 300
        0
    | Some(true, steps) when steps > 0 ->
        train steps
        0
    | _ ->
        eprintfn $"error: expected a number of steps, 1 or more, but '{arguments[0]}' came."
        2

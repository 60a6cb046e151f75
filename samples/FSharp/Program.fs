// A Wasserstein auto-encoder with a prior of one's own, in F#: codes on a spiral.
open System
open TorchSharp
open WassersteinAutoEncoders.Divergences
open WassersteinAutoEncoders.Priors
open WassersteinAutoEncoders.Training
open WassersteinAutoEncoders.Training.Data
open WassersteinAutoEncoders.Training.Observers

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

let train epochs =
    // Data, networks, prior, divergence, trainer.
    GlobalRandom.Seed 1L
    use data = torch.randn([| 2048L; 2L |]).mm(torch.randn ([| 2L; 10L |])).tanh ()
    let prior = SpiralPrior()
    use encoder = torch.nn.Sequential(torch.nn.Linear (10L, 64L), torch.nn.ReLU (), torch.nn.Linear (64L, 2L))
    use decoder = torch.nn.Sequential(torch.nn.Linear (2L, 64L), torch.nn.ReLU (), torch.nn.Linear (64L, 10L))
    use trainer = new WaeTrainer(encoder, decoder, prior, MmdDivergence())
    let options = FitOptions(Observers = [| ConsoleObserver() |])
    trainer.Fit(TensorBatcher(data, 128L, seed = 1L), epochs, options) |> ignore

    // Samples of the prior, decoded.
    use samples = trainer.Model.Sample 3L
    printfn $"{samples.ToString TensorStringStyle.Julia}"

[<EntryPoint>]
let main arguments =
    match Array.tryHead arguments |> Option.map Int32.TryParse with
    | None ->
        train 20
        0
    | Some(true, epochs) when epochs > 0 ->
        train epochs
        0
    | _ ->
        eprintfn $"error: expected a number of epochs, 1 or more, but '{arguments[0]}' came."
        2
